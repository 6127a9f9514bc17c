package dev.tallyclerk.internal.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Judges a name and its value: an environment variable, a label, a build argument.
 *
 * <p>Names are compared word by word, so that {@code MONKEY} has no key and {@code TOKENIZERS_PARALLELISM} no token.
 */
public final class SecretAssignment {
    private static final Set<String> WORDS = Set.of(
            "PASSWORD",
            "PASSWD",
            "PASSPHRASE",
            "PASSCODE",
            "SECRET",
            "SECRETS",
            "TOKEN",
            "CREDENTIAL",
            "CREDENTIALS",
            "APIKEY",
            "ACCESSKEY",
            "SECRETKEY",
            "PRIVATEKEY");

    /** Written together with the name before, as in PGPASSWORD; no other word ends like this. */
    private static final List<String> ENDINGS = List.of("PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY");

    /** Too common alone: PWD is the working directory, PASS is half of BUILD_PASS_THROUGH. */
    private static final Set<String> LAST_WORDS = Set.of("PASS", "PWD");

    /** A key is a secret only with one of these before it: GPG_KEY of a base image is public. */
    private static final Set<String> BEFORE_KEY = Set.of(
            "API",
            "APP",
            "ACCESS",
            "SECRET",
            "PRIVATE",
            "ENCRYPTION",
            "SIGNING",
            "MASTER",
            "AUTH",
            "ACCOUNT",
            "DEPLOY",
            "SSH");

    /** What a name ends with when its value is about a secret, and is not one. */
    private static final Set<String> ABOUT = Set.of(
            "FILE",
            "FILES",
            "PATH",
            "DIR",
            "DIRECTORY",
            "LOCATION",
            "NAME",
            "URL",
            "URI",
            "HOST",
            "PORT",
            "REGION",
            "PROVIDER",
            "BACKEND",
            "ENDPOINT",
            "TTL",
            "EXPIRY",
            "EXPIRES",
            "EXPIRATION",
            "LIFETIME",
            "TIMEOUT",
            "LENGTH",
            "SIZE",
            "MIN",
            "MAX",
            "COUNT",
            "LIMIT",
            "POLICY",
            "TYPE",
            "ENABLED",
            "DISABLED",
            "REQUIRED",
            "HEADER",
            "ISSUER",
            "AUDIENCE",
            "ALGORITHM",
            "FORMAT",
            "VERSION",
            "SHA",
            "CHECKSUM",
            "FINGERPRINT");

    private static final Set<String> SWITCHES = Set.of("true", "false", "yes", "no", "on", "off", "0", "1");

    private SecretAssignment() {}

    /**
     * {@return what kind of secret {@code value} is, or nothing if it is none}
     *
     * @param name the name, in any usual spelling
     * @param value the value, possibly in quotes
     */
    public static Optional<String> judge(String name, String value) {
        List<SecretText.Span> secrets = SecretText.find(value);
        if (!secrets.isEmpty()) {
            return Optional.of(secrets.get(0).what());
        }
        boolean literal = isLiteral(unquoted(value));
        return literal && isSecretName(name) ? Optional.of("value of a secret's name") : Optional.empty();
    }

    /** {@return whether the words of {@code name} say that its value is a secret} */
    static boolean isSecretName(String name) {
        List<String> words = words(name);
        if (words.isEmpty()) {
            return false;
        }
        int last = words.size() - 1;
        boolean accessKeyId =
                last >= 2 && words.get(last).equals("ID") && words.get(last - 1).equals("KEY");
        if (ABOUT.contains(words.get(last)) || accessKeyId) {
            return false;
        }
        for (int i = 0; i <= last; i++) {
            String word = words.get(i);
            if (WORDS.contains(word) || ENDINGS.stream().anyMatch(word::endsWith)) {
                return true;
            }
            if (word.equals("KEY") && i > 0 && BEFORE_KEY.contains(words.get(i - 1))) {
                return true;
            }
        }
        return LAST_WORDS.contains(words.get(last))
                && (last > 0 || words.get(last).equals("PASS"))
                && !isWorkingDirectory(words);
    }

    private static boolean isWorkingDirectory(List<String> words) {
        return words.get(words.size() - 1).equals("PWD")
                && (words.size() == 1 || words.get(0).equals("OLD"));
    }

    /** {@return whether {@code value} stands for a secret that is given elsewhere} */
    static boolean isPlaceholder(String value) {
        if (isReference(value) || value.startsWith("{{") || (value.startsWith("<") && value.endsWith(">"))) {
            return true;
        }
        return value.chars().allMatch(c -> c == '*') || value.chars().allMatch(c -> c == 'x' || c == 'X');
    }

    /** {@return whether a shell would put something else there; {@code $2y$10$...} is a hash} */
    private static boolean isReference(String value) {
        if (value.length() < 2 || value.charAt(0) != '$') {
            return value.equals("$");
        }
        char next = value.charAt(1);
        return next == '_'
                || next == '{'
                || next == '('
                || (next >= 'a' && next <= 'z')
                || (next >= 'A' && next <= 'Z')
                || value.length() == 2;
    }

    private static boolean isLiteral(String value) {
        return !value.isBlank()
                && !isPlaceholder(value)
                && !isPath(value)
                && !SWITCHES.contains(value.toLowerCase(Locale.ROOT));
    }

    private static boolean isPath(String value) {
        boolean drive = value.length() > 2
                && Character.isLetter(value.charAt(0))
                && value.charAt(1) == ':'
                && (value.charAt(2) == '\\' || value.charAt(2) == '/');
        return drive
                || value.startsWith("/")
                || value.startsWith("./")
                || value.startsWith("../")
                || value.startsWith("~/")
                || value.startsWith("file:");
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /**
     * Splits at everything but letters and digits and at the humps of camel case; digits at a word's end are dropped.
     */
    static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Character.isLetterOrDigit(c)) {
                endWord(word, words);
                continue;
            }
            if (Character.isUpperCase(c) && i > 0 && startsHump(name, i)) {
                endWord(word, words);
            }
            word.append(c);
        }
        endWord(word, words);
        return words;
    }

    private static boolean startsHump(String name, int i) {
        char before = name.charAt(i - 1);
        boolean afterAcronym =
                Character.isUpperCase(before) && i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
        return Character.isLowerCase(before) || afterAcronym;
    }

    private static void endWord(StringBuilder word, List<String> words) {
        int length = word.length();
        while (length > 0 && Character.isDigit(word.charAt(length - 1))) {
            length--;
        }
        if (length > 0) {
            words.add(word.substring(0, length).toUpperCase(Locale.ROOT));
        }
        word.setLength(0);
    }
}
