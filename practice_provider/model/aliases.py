"""What a short code is called in words: countries, currencies and languages, so that an option "GB" is found in a text.

General knowledge that every form needs, by ISO 3166-1, ISO 4217 and ISO 639-1; nothing about any firm or product.
Source: https://www.iso.org/iso-3166-country-codes.html
"""

from collections.abc import Mapping

COUNTRIES: Mapping[str, str] = {
    "AT": "austria|österreich",
    "AU": "australia",
    "BE": "belgium",
    "CA": "canada",
    "CH": "switzerland|schweiz|suiza",
    "CN": "china",
    "CZ": "czechia|czech republic",
    "DE": "germany|deutschland|alemania",
    "DK": "denmark",
    "ES": "spain|españa|spanien",
    "FI": "finland",
    "FR": "france|frankreich|francia",
    "GB": "united kingdom|great britain|britain|u\\.?k\\.?|england|scotland|wales|northern ireland|reino unido",
    "IE": "(?<!northern )ireland|éire|irland|irlanda",
    "IN": "india",
    "IT": "italy|italien|italia",
    "JP": "japan",
    "NL": "netherlands|holland|niederlande",
    "NO": "norway",
    "PL": "poland|polen",
    "PT": "portugal",
    "SE": "sweden",
    "US": "united states(?: of america)?|usa|u\\.s\\.a?\\.?|america",
}
CURRENCIES: Mapping[str, str] = {
    "GBP": "£|pounds?|sterling|quid|pfund",
    "EUR": "€|euros?",
    "USD": "(?<![a-z])\\$|dollars?|bucks",
    "CHF": "francs?|franken",
    "JPY": "¥|yen",
}
LANGUAGES: Mapping[str, str] = {
    "de": "german|deutsche?n?|alemán",
    "en": "english|englisch|inglés",
    "es": "spanish|spanisch|español",
    "fr": "french|französisch|francés",
    "it": "italian|italienisch|italiano",
    "pl": "polish|polnisch|polaco",
}


def pattern(option: str, field_words: str) -> str | None:
    """Give a regular expression for the other names of a code, as far as the field is about such codes.

    >>> pattern("EUR", "currency")
    '€|euros?'
    >>> pattern("IT", "department") is None
    True
    """
    if option in CURRENCIES:
        return CURRENCIES[option]
    if "country" in field_words or "nation" in field_words:
        return COUNTRIES.get(option.upper())
    return LANGUAGES.get(option.lower()) if "lang" in field_words else None
