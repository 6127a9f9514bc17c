package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Private keys, recognised by what lies between their first and last lines. */
final class KeyForms {
    private static final int MAX_LABEL = 40;
    private static final int MAX_HEADERS = 10;
    private static final int MAX_HEADER = 200;
    private static final int MAX_HEADER_NAME = 20;
    private static final int MAX_LOOKED = 3000;

    /** The shortest key in common use, of Ed25519 in PKCS #8. What all RSA keys start with is shorter. */
    private static final int MIN_BASE64 = 64;

    private static final int MAX_BASE64 = 96;

    private static final int MIN_LINE = 16;

    /** Padding within a key may repeat, but its start does not. */
    private static final int EXAMPLE_LOOKED = 24;

    /** The private part of an Ed25519 key has 48 characters. */
    private static final int MIN_PUTTY = 48;

    private static final double MIN_ENTROPY = 3;

    /** The magic of an OpenSSH key in base64, and what follows it if the key is not encrypted. */
    private static final String OPENSSH = "b3BlbnNzaC1rZXktdjEA";

    private static final String OPENSSH_PLAIN = "AAAABG5vbmU";

    private KeyForms() {}

    /**
     * RFC 7468, and the OpenPGP and OpenSSH formats that look like it.
     *
     * @param examples the starts of keys that are public
     */
    static void pem(Window text, int start, int body, Match match, List<String> examples) {
        int label = text.scan(body, MAX_LABEL, c -> c == ' ' || (c >= 'A' && c <= 'Z') || Characters.isDigit(c));
        String name = text.text(body, label);
        match.looked(label);
        if (!(name.endsWith("PRIVATE KEY") || name.endsWith("PRIVATE KEY BLOCK")) || !text.has(label, "-----")) {
            return;
        }
        if (text.isRedaction()) {
            int end = text.find("-----END ", label, text.end());
            match.found(start, end < 0 ? text.end() : end);
            return;
        }
        key(text, start, label + 5, name.startsWith("ENCRYPTED"), match, examples);
    }

    /** What follows the first line of other formats that have one. */
    static void body(Window text, int start, int body, Match match) {
        if (text.isRedaction()) {
            match.found(start, text.end());
            return;
        }
        key(text, start, body, false, match, List.of());
    }

    private static void key(
            Window text, int start, int body, boolean isLabelledEncrypted, Match match, List<String> examples) {
        boolean isEncrypted = isLabelledEncrypted;
        int at = skipBreaks(text, body);
        for (int i = 0; i < MAX_HEADERS; i++) {
            int name = text.scan(at, MAX_HEADER_NAME, c -> Characters.isAlphanumeric(c) || c == '-');
            if (text.at(name) != ':') {
                break;
            }
            int end = text.scan(at, MAX_HEADER, c -> c != '\n' && c != '\\');
            isEncrypted |= text.find("ENCRYPTED", at, end) >= 0;
            at = skipBreaks(text, end);
        }
        StringBuilder base64 = new StringBuilder();
        int limit = at + MAX_LOOKED;
        int line = 0;
        while (at < text.end() && at < limit && base64.length() < MAX_BASE64) {
            int c = text.at(at);
            if (Characters.isBase64(c)) {
                base64.append((char) c);
                line++;
                at++;
            } else {
                int next = skipBreaks(text, at);
                if (isSign(base64, line)) {
                    base64.setLength(base64.length() - line);
                } else if (line < MIN_LINE && base64.length() < MIN_BASE64) {
                    // Words are shorter than the lines of a key.
                    break;
                }
                if (next == at) {
                    break;
                }
                line = 0;
                at = next;
            }
        }
        match.looked(at);
        // Documentation shows the start of a key, and leaves the rest out.
        boolean isExample = text.at(at) == '.' || examples.stream().anyMatch(example -> base64.indexOf(example) == 0);
        if (base64.length() >= MIN_BASE64 && !isExample && isKey(base64.toString())) {
            match.found(start, at);
            if (isEncrypted || (base64.indexOf(OPENSSH) == 0 && base64.indexOf(OPENSSH_PLAIN) != OPENSSH.length())) {
                match.encrypted();
            }
        }
    }

    /** {@return whether a line has only what starts a comment or joins texts in a program: {@code //}, {@code +}} */
    private static boolean isSign(StringBuilder base64, int line) {
        return line > 0
                && line <= 2
                && base64.chars().skip(base64.length() - line).noneMatch(Characters::isAlphanumeric);
    }

    /** A key whose inside is not what its label says may be a damaged one, or of another program, and is one too. */
    private static boolean isKey(String base64) {
        byte[] bytes = base64.getBytes(StandardCharsets.ISO_8859_1);
        return base64.startsWith(OPENSSH)
                || (Randomness.entropy(bytes, 0, bytes.length) >= MIN_ENTROPY
                        && !Randomness.isExample(bytes, 0, EXAMPLE_LOOKED));
    }

    /** Skips what ends and starts a line in a file, in JSON and XML, in comments and in source text. */
    static int skipBreaks(Window text, int from) {
        int at = from;
        while (at < text.end()) {
            int c = text.at(at);
            int next = text.at(at + 1);
            if (c == '\\' && (next == 'n' || next == 'r' || next == '\\' || next == '\n' || next == '\r')) {
                at += 2;
                // Two backslashes: the text was quoted twice.
                at += next == '\\' && text.at(at) == 'n' ? 1 : 0;
            } else if (c == '&' && next == '#') {
                int end = text.scan(at + 2, 5, Characters::isAlphanumeric);
                if (text.at(end) != ';') {
                    return at;
                }
                at = end + 1;
            } else if (Characters.isSpace(c) || "\"',#*|>".indexOf(c) >= 0) {
                at++;
            } else {
                return at;
            }
        }
        return at;
    }

    /** The format of PuTTY, appendix C of its manual. */
    static void putty(Window text, int start, int body, Match match) {
        boolean isVersion = Characters.isDigit(text.at(body)) && text.at(body + 1) == ':';
        int lines = isVersion ? text.find("Private-Lines: ", body, body + MAX_LOOKED) : -1;
        match.looked(isVersion ? Math.min(body + MAX_LOOKED, text.end()) : body);
        if (lines < 0) {
            return;
        }
        int at = lines + "Private-Lines: ".length();
        int end = text.scan(at, 4, Characters::isDigit);
        int base64 = text.scan(end, 4, Characters::isSpace);
        int last = text.scan(base64, MAX_LOOKED, c -> Characters.isBase64(c) || Characters.isSpace(c));
        if (last - base64 >= MIN_PUTTY || text.isRedaction()) {
            match.found(start, last);
            if (text.find("Encryption: none", body, lines) < 0) {
                match.encrypted();
            }
        }
    }
}
