/* Prebuilt entities by culture: those that the recognisers find there (doc/prebuilts.md). */
#include "project/luis_edit.h"

#include "recognize/grammar.h"

static const struct {
  luis_prebuilt v;
  bool any_language; /* found without a grammar of the language */
  bool not_in_chinese;
} all[] = {
    {{"age", "Ages of persons, animals and things", "10-month-old, 19 years old, 58 year-old"}, false, false},
    {{"datetimeV2", "Dates, times, durations, ranges and repeated times",
      "june 23, 1976, 7 am, next week, for two hours, every Monday"},
     false,
     false},
    {{"dimension", "Lengths, areas, volumes, weights, speeds, amounts of data", "2 miles, 650 square kilometers, 3 GB"},
     false,
     false},
    {{"email", "E-mail addresses", "user@example.com"}, true, false},
    {{"geographyV2", "Cities, countries, regions and landmarks", "Antarctica, Portland, Eiffel Tower"}, true, false},
    {{"keyPhrase", "The words that matter most", "a quiet room with a view of the harbour"}, true, false},
    {{"money", "Amounts of money", "1000.00 US dollars, $67.5 B"}, false, false},
    {{"number", "Numbers in digits and in words", "ten, forty two, 3.141, 10K"}, false, false},
    {{"ordinal", "Ordinal numbers", "first, second, tenth, 1st, 2nd, 10th"}, false, false},
    {{"ordinalV2", "Ordinal numbers, also relative ones", "first, next, last, the one before the last"}, false, true},
    {{"percentage", "Percentages", "the percentage is 12.5%, 24 percent"}, false, false},
    {{"personName", "Names of persons", "Bill, Ada Lovelace"}, true, false},
    {{"phonenumber", "Telephone numbers", "123-456-7890, +1 123 456 789"}, true, false},
    {{"temperature", "Temperatures", "32F, 34 degrees celsius, 2 deg C"}, false, false},
    {{"url", "Web addresses", "www.example.com, https://example.org/docs"}, true, false},
};
_Static_assert(ARRAY_LEN(all) <= LUIS_PREBUILTS, "luis_prebuilts_of has room for all");

size_t luis_prebuilts_of(str language, const luis_prebuilt *out[LUIS_PREBUILTS]) {
  bool has_grammar = language.n && culture_find(language.p, language.n);
  bool chinese = str_starts(language, STR("zh"));
  size_t n = 0;
  for (size_t i = 0; i < ARRAY_LEN(all); i++)
    if (all[i].any_language || (has_grammar && !(chinese && all[i].not_in_chinese))) out[n++] = &all[i].v;
  return n;
}
