#include "text/languages.h"

/* By name; the last column: orchestration projects take it too. */
static const language LANGUAGES[] = {
    {"Afrikaans", "af", false},
    {"Albanian", "sq", false},
    {"Amharic", "am", false},
    {"Arabic", "ar", false},
    {"Armenian", "hy", false},
    {"Assamese", "as", false},
    {"Azerbaijani", "az", false},
    {"Basque", "eu", false},
    {"Belarusian", "be", false},
    {"Bengali", "bn", false},
    {"Bosnian", "bs", false},
    {"Breton", "br", false},
    {"Bulgarian", "bg", false},
    {"Burmese", "my", false},
    {"Catalan", "ca", false},
    {"Chinese (Simplified)", "zh-hans", false},
    {"Chinese (Traditional)", "zh-hant", false},
    {"Croatian", "hr", false},
    {"Czech", "cs", false},
    {"Danish", "da", false},
    {"Dutch", "nl", false},
    {"English", "en", false},
    {"English (UK)", "en-gb", false},
    {"English (US)", "en-us", true},
    {"Esperanto", "eo", false},
    {"Estonian", "et", false},
    {"Filipino", "tl", false},
    {"Finnish", "fi", false},
    {"French", "fr", true},
    {"Galician", "gl", false},
    {"Georgian", "ka", false},
    {"German", "de", true},
    {"Greek", "el", false},
    {"Gujarati", "gu", false},
    {"Hausa", "ha", false},
    {"Hebrew", "he", false},
    {"Hindi", "hi", false},
    {"Hungarian", "hu", false},
    {"Indonesian", "id", false},
    {"Irish", "ga", false},
    {"Italian", "it", true},
    {"Japanese", "ja", false},
    {"Javanese", "jv", false},
    {"Kannada", "kn", false},
    {"Kazakh", "kk", false},
    {"Khmer", "km", false},
    {"Korean", "ko", false},
    {"Kurdish (Kurmanji)", "ku", false},
    {"Kyrgyz", "ky", false},
    {"Lao", "lo", false},
    {"Latin", "la", false},
    {"Latvian", "lv", false},
    {"Lithuanian", "lt", false},
    {"Macedonian", "mk", false},
    {"Malagasy", "mg", false},
    {"Malay", "ms", false},
    {"Malayalam", "ml", false},
    {"Marathi", "mr", false},
    {"Mongolian", "mn", false},
    {"Nepali", "ne", false},
    {"Norwegian (Bokmål)", "nb", false},
    {"Odia", "or", false},
    {"Pashto", "ps", false},
    {"Persian", "fa", false},
    {"Polish", "pl", false},
    {"Portuguese (Brazil)", "pt-br", true},
    {"Portuguese (Portugal)", "pt-pt", false},
    {"Punjabi", "pa", false},
    {"Romanian", "ro", false},
    {"Russian", "ru", false},
    {"Sanskrit", "sa", false},
    {"Scottish Gaelic", "gd", false},
    {"Serbian", "sr", false},
    {"Sindhi", "sd", false},
    {"Sinhala", "si", false},
    {"Slovak", "sk", false},
    {"Slovenian", "sl", false},
    {"Somali", "so", false},
    {"Spanish", "es", true},
    {"Sundanese", "su", false},
    {"Swahili", "sw", false},
    {"Swedish", "sv", false},
    {"Tamil", "ta", false},
    {"Telugu", "te", false},
    {"Thai", "th", false},
    {"Turkish", "tr", false},
    {"Ukrainian", "uk", false},
    {"Urdu", "ur", false},
    {"Uyghur", "ug", false},
    {"Uzbek", "uz", false},
    {"Vietnamese", "vi", false},
    {"Welsh", "cy", false},
    {"Western Frisian", "fy", false},
    {"Xhosa", "xh", false},
    {"Yiddish", "yi", false},
    {"Zulu", "zu", false},
};

const language *languages_all(size_t *n) {
  *n = ARRAY_LEN(LANGUAGES);
  return LANGUAGES;
}

const language *language_find(str code) {
  for (size_t i = 0; i < ARRAY_LEN(LANGUAGES); i++)
    if (str_eq_nocase(code, str_of(LANGUAGES[i].code))) return &LANGUAGES[i];
  return NULL;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool language_tag_valid(str tag) {
  size_t primary = str_find_byte(tag, '-');
  if (primary < 2 || primary > 3) return false;
  for (size_t i = 0; i < primary; i++)
    if (!is_letter(tag.p[i])) return false;
  for (str rest = str_skip(tag, primary); rest.n;) {
    rest = str_skip(rest, 1);
    size_t subtag = str_find_byte(rest, '-');
    if (subtag < 2 || subtag > 8) return false;
    for (size_t i = 0; i < subtag; i++)
      if (!is_letter(rest.p[i]) && !is_digit(rest.p[i])) return false;
    rest = str_skip(rest, subtag);
  }
  return true;
}

bool language_matches(str a, str b) {
  size_t primary_a = str_find_byte(a, '-'), primary_b = str_find_byte(b, '-');
  if (primary_a != a.n && primary_b != b.n) return str_eq_nocase(a, b);
  return str_eq_nocase(str_make(a.p, primary_a), str_make(b.p, primary_b));
}
