package dev.tallyclerk.internal.json;

/** The code points that I-JSON allows in text: RFC 7493, section 2.1. */
final class CodePoints {
    static final String RULE = "RFC 7493, 2.1: no surrogates and no noncharacters";

    private CodePoints() {}

    /** {@return whether {@code codePoint} is neither a surrogate nor a noncharacter} */
    static boolean isInterchangeable(int codePoint) {
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        boolean noncharacter = (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
        return !surrogate && !noncharacter;
    }
}
