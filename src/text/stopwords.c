#include "text/stopwords.h"

static const char *const da[] = {"af",  "alle", "at",    "da",    "de",   "dem",  "den",     "der",     "det", "dig",
                                 "din", "du",   "efter", "eller", "en",   "er",   "et",      "for",     "fra", "ham",
                                 "han", "har",  "hun",   "hvad",  "hvem", "hvor", "hvordan", "hvornar", "i",   "ikke",
                                 "jeg", "kan",  "man",   "med",   "mig",  "min",  "mit",     "nar",     "og",  "om",
                                 "pa",  "sig",  "skal",  "som",   "til",  "ud",   "var",     "vi",      "vil"};
static const char *const de[] = {
    "aber",    "als",     "am",    "an",    "auch",   "auf",   "aus",  "bei",   "bin",  "bis",   "bitte",  "da",
    "das",     "dass",    "dein",  "dem",   "den",    "der",   "des",  "dich",  "die",  "dir",   "du",     "ein",
    "eine",    "einem",   "einen", "einer", "eines",  "er",    "es",   "etwas", "euch", "fur",   "habe",   "haben",
    "hat",     "ich",     "ihr",   "ihre",  "im",     "in",    "ist",  "kann",  "mein", "meine", "meinem", "meinen",
    "meiner",  "mich",    "mir",   "mit",   "nach",   "nicht", "noch", "nur",   "oder", "sich",  "sie",    "sind",
    "so",      "uber",    "um",    "und",   "uns",    "vom",   "von",  "wann",  "war",  "warum", "was",    "welche",
    "welcher", "welches", "wenn",  "wer",   "werden", "wie",   "wir",  "wird",  "wo",   "zu",    "zum",    "zur"};
static const char *const en[] = {
    "a",      "about", "an",    "and", "any",  "are",  "as",    "at",  "be",     "been", "but",  "by",    "can",
    "could",  "d",     "did",   "do",  "does", "for",  "from",  "get", "had",    "has",  "have", "he",    "her",
    "him",    "his",   "how",   "i",   "if",   "in",   "into",  "is",  "it",     "its",  "just", "ll",    "m",
    "may",    "me",    "might", "my",  "of",   "on",   "or",    "our", "please", "re",   "s",    "shall", "she",
    "should", "so",    "some",  "t",   "tell", "than", "that",  "the", "their",  "them", "then", "there", "these",
    "they",   "this",  "those", "to",  "us",   "ve",   "was",   "we",  "were",   "what", "when", "where", "which",
    "who",    "whom",  "whose", "why", "will", "with", "would", "you", "your"};
static const char *const es[] = {
    "a",     "al",    "algo", "como",  "con", "cual", "cuales", "cuando", "cuanto", "de",   "del",  "desde",
    "donde", "e",     "el",   "ella",  "en",  "era",  "es",     "esa",    "ese",    "eso",  "esta", "este",
    "esto",  "estoy", "fue",  "ha",    "hay", "he",   "la",     "las",    "le",     "les",  "lo",   "los",
    "mas",   "me",    "mi",   "mis",   "muy", "no",   "nos",    "o",      "para",   "pero", "por",  "porque",
    "puede", "puedo", "que",  "quien", "se",  "si",   "sin",    "sobre",  "son",    "su",   "sus",  "te",
    "tengo", "tu",    "tus",  "un",    "una", "unos", "unas",   "y",      "ya",     "yo"};
static const char *const fr[] = {
    "a",    "ai",   "au",   "aux",      "avec", "c",   "ce",    "ces",   "cet",  "cette",  "comment", "d",
    "dans", "de",   "des",  "du",       "elle", "en",  "es",    "est",   "et",   "eu",     "il",      "ils",
    "j",    "je",   "l",    "la",       "le",   "les", "leur",  "lui",   "m",    "ma",     "mais",    "me",
    "mes",  "moi",  "mon",  "n",        "ne",   "nos", "notre", "nous",  "on",   "ou",     "par",     "pas",
    "peut", "peux", "pour", "pourquoi", "puis", "qu",  "quand", "que",   "quel", "quelle", "quelles", "quels",
    "qui",  "quoi", "s",    "sa",       "se",   "ses", "son",   "sont",  "sur",  "t",      "ta",      "te",
    "tes",  "toi",  "ton",  "tu",       "un",   "une", "vos",   "votre", "vous", "y"};
static const char *const it[] = {
    "a",    "ad",   "ai",    "al",    "alla",   "alle",   "anche", "che",   "chi",   "ci",     "come", "con",
    "cosa", "cui",  "da",    "dal",   "dalla",  "dei",    "del",   "della", "delle", "di",     "dove", "e",
    "ed",   "gli",  "ha",    "ho",    "i",      "il",     "in",    "io",    "la",    "le",     "lo",   "ma",
    "mi",   "mia",  "mio",   "ne",    "nel",    "nella",  "non",   "o",     "per",   "perche", "piu",  "posso",
    "puo",  "qual", "quale", "quali", "quando", "quanto", "se",    "si",    "sono",  "su",     "sul",  "sulla",
    "ti",   "tu",   "tua",   "tuo",   "un",     "una",    "uno",   "vi"};
static const char *const nl[] = {
    "aan",  "al",     "als",   "bij",  "ben",    "dan",     "dat",   "de",  "der",  "deze",  "die",  "dit",
    "een",  "en",     "er",    "had",  "heb",    "hebben",  "heeft", "hem", "het",  "hij",   "hoe",  "hun",
    "ik",   "in",     "is",    "je",   "kan",    "kun",     "maar",  "me",  "met",  "mij",   "mijn", "na",
    "naar", "niet",   "nog",   "of",   "om",     "onze",    "ook",   "op",  "over", "te",    "tot",  "u",
    "uit",  "van",    "voor",  "waar", "waarom", "wanneer", "was",   "wat", "we",   "welke", "wie",  "wij",
    "wil",  "worden", "wordt", "ze",   "zich",   "zij",     "zijn",  "zo"};
static const char *const pt[] = {
    "a",    "ao",   "aos",   "as",     "com",    "como", "da",   "das",   "de",     "do",   "dos", "e",      "ela",
    "ele",  "em",   "entre", "era",    "essa",   "esse", "esta", "este",  "eu",     "foi",  "ha",  "isso",   "isto",
    "ja",   "lhe",  "mais",  "mas",    "me",     "meu",  "meus", "minha", "minhas", "na",   "nao", "nas",    "no",
    "nos",  "num",  "numa",  "o",      "onde",   "os",   "ou",   "para",  "pela",   "pelo", "por", "porque", "posso",
    "pode", "qual", "quais", "quando", "quanto", "que",  "quem", "se",    "sem",    "ser",  "seu", "seus",   "sua",
    "suas", "te",   "tem",   "tu",     "um",     "uma",  "voce", "voces"};
static const char *const sv[] = {
    "alla", "att",  "av",    "de",  "dem",  "den",  "det",  "detta",  "dig", "din", "du",  "efter", "eller",
    "en",   "er",   "ett",   "for", "fran", "ha",   "han",  "har",    "hon", "hur", "i",   "inte",  "jag",
    "kan",  "med",  "men",   "mig", "min",  "mitt", "nar",  "ni",     "och", "om",  "pa",  "sa",    "ska",
    "som",  "till", "under", "ut",  "vad",  "var",  "vara", "varfor", "vem", "vi",  "vid", "vilken"};

static const struct {
  char tag[3];
  const char *const *words;
  size_t n;
} lists[] = {{"da", da, ARRAY_LEN(da)}, {"de", de, ARRAY_LEN(de)}, {"en", en, ARRAY_LEN(en)},
             {"es", es, ARRAY_LEN(es)}, {"fr", fr, ARRAY_LEN(fr)}, {"it", it, ARRAY_LEN(it)},
             {"nl", nl, ARRAY_LEN(nl)}, {"pt", pt, ARRAY_LEN(pt)}, {"sv", sv, ARRAY_LEN(sv)}};

const char *const *stopwords(str language, size_t *n) {
  str primary = str_make(language.p, str_find_byte(language, '-'));
  *n = 0;
  for (size_t i = 0; i < ARRAY_LEN(lists); i++)
    if (str_eq(primary, str_of(lists[i].tag))) {
      *n = lists[i].n;
      return lists[i].words;
    }
  return NULL;
}
