#include "recognize/prebuilt.h"

static const prebuilt_category CATEGORIES[PREBUILT_COUNT] = {
    [PREBUILT_BOOLEAN] = {"Choice.Boolean", "Agreement or refusal.", "yes, no, agreed", false},
    [PREBUILT_DATETIME] = {"DateTime", "Dates, times, ranges, durations and recurring times.",
                           "tomorrow at 5 pm, 3 March 2024, every Monday", false},
    [PREBUILT_EMAIL] = {"Email", "E-mail addresses.", "user@example.com", false},
    [PREBUILT_EVENT] = {"General.Event", "Named events.", "World Cup, Olympic Games", false},
    [PREBUILT_ORGANIZATION] = {"General.Organization", "Companies, institutions and other organisations.",
                               "Red Cross, United Nations", false},
    [PREBUILT_ADDRESS] = {"Geography.Address", "Postal addresses.", "12 Main Street, Springfield", true},
    [PREBUILT_LOCATION] = {"Geography.Location", "Countries, cities and other places.", "Paris, Mount Kenya", true},
    [PREBUILT_IP] = {"IPAddress", "IP addresses, versions 4 and 6.", "192.168.0.1, 2001:db8::1", true},
    [PREBUILT_PERSON] = {"Person.Name", "Names of people.", "Ada Lovelace, John", false},
    [PREBUILT_PHONE] = {"Phone Number", "Telephone numbers.", "+1 425 555 0100, (030) 123456", false},
    [PREBUILT_AGE] = {"Quantity.Age", "Age of a person or thing.", "30 years old, 9 months old", false},
    [PREBUILT_CURRENCY] = {"Quantity.Currency", "Amounts of money.", "$67.5B, 20 Swedish krona", false},
    [PREBUILT_DIMENSION] = {"Quantity.Dimension", "Lengths, areas, volumes, weights, speeds and data sizes.",
                            "10 miles, 35 km/h, 2 GB", false},
    [PREBUILT_NUMBER] = {"Quantity.Number", "Cardinal numbers in digits or words.", "23, 14.5, thirty, two and a half",
                         false},
    [PREBUILT_NUMBER_RANGE] = {"Quantity.NumberRange", "Ranges of numbers.", "between 3 and 9, more than 20", false},
    [PREBUILT_ORDINAL] = {"Quantity.Ordinal", "Ordinal numbers.", "first, 10th, last", false},
    [PREBUILT_PERCENTAGE] = {"Quantity.Percentage", "Percentages.", "10%, 5.6 percent", false},
    [PREBUILT_TEMPERATURE] = {"Quantity.Temperature", "Temperatures.", "32F, 34 degrees celsius", false},
    [PREBUILT_URL] = {"URL", "Web addresses.", "www.example.com/index.html", false},
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

prebuilt_id prebuilt_id_of(const prebuilt_category *category) {
  return (prebuilt_id)(category - CATEGORIES);
}
