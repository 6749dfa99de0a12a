#include "recognize/prebuilt.h"

static const prebuilt_category CATEGORIES[] = {
    {"Choice.Boolean", "Agreement or refusal.", "yes, no, agreed, never", false},
    {"DateTime", "Dates, times, ranges, durations and recurring times.", "tomorrow at 5 pm, 3 March 2024, every Monday",
     false},
    {"Email", "E-mail addresses.", "user@example.com", false},
    {"General.Event", "Named events.", "World Cup, Olympic Games", false},
    {"General.Organization", "Companies, institutions and other organisations.", "Red Cross, United Nations", false},
    {"Geography.Address", "Postal addresses.", "12 Main Street, Springfield", true},
    {"Geography.Location", "Countries, cities and other places.", "Paris, Mount Kenya", true},
    {"IPAddress", "IP addresses, versions 4 and 6.", "192.168.0.1, 2001:db8::1", true},
    {"Person.Name", "Names of people.", "Ada Lovelace, John", false},
    {"Phone Number", "Telephone numbers.", "+1 425 555 0100, (030) 123456", false},
    {"Quantity.Age", "Age of a person or thing.", "30 years old, 9 months old", false},
    {"Quantity.Currency", "Amounts of money.", "$67.5B, 20 Swedish krona", false},
    {"Quantity.Dimension", "Lengths, areas, volumes, weights, speeds and data sizes.", "10 miles, 35 km/h, 2 GB",
     false},
    {"Quantity.Number", "Cardinal numbers in digits or words.", "23, 14.5, thirty, two and a half", false},
    {"Quantity.NumberRange", "Ranges of numbers.", "between 3 and 9, more than 20", false},
    {"Quantity.Ordinal", "Ordinal numbers.", "first, 10th, last", false},
    {"Quantity.Percentage", "Percentages.", "10%, 5.6 percent", false},
    {"Quantity.Temperature", "Temperatures.", "32F, 34 degrees celsius", false},
    {"URL", "Web addresses.", "www.example.com/index.html", false},
};

const prebuilt_category *prebuilt_all(size_t *n) {
  *n = ARRAY_LEN(CATEGORIES);
  return CATEGORIES;
}

const prebuilt_category *prebuilt_find(str category) {
  if (str_eq_nocase(category, STR("IP Address"))) category = STR("IPAddress");
  for (size_t i = 0; i < ARRAY_LEN(CATEGORIES); i++)
    if (str_eq_nocase(category, str_of(CATEGORIES[i].category))) return &CATEGORIES[i];
  return NULL;
}
