package dev.tallyclerk.internal.secret;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Judges a name and its value: an environment variable, a label, a build argument. */
public final class SecretAssignment {
    /** The schemes that precede credentials in an HTTP header. */
    private static final Set<String> SCHEMES = Set.of("bearer", "basic", "token");

    /** The secret members of connection strings, without blanks. */
    private static final Set<String> SECRET_MEMBERS =
            Set.of("password", "pwd", "accountkey", "sharedaccesskey", "sharedaccesssignature");

    private static final int AWS_KEY_LENGTH = 40;

    private SecretAssignment() {}

    /**
     * {@return the kind of secret that {@code value} is, if it is one}
     *
     * @param name the name, in any usual spelling
     * @param value the value, possibly in quotes; a shell variable is not a secret
     */
    public static Optional<String> judge(String name, String value) {
        return judge(name, value, Placeholders::isPlaceholder);
    }

    /**
     * {@return the kind of secret that {@code value} is, if no shell expands it, so that a password may start with a
     * dollar sign}
     *
     * @param name the name, in any usual spelling
     * @param value the value, possibly in quotes
     */
    public static Optional<String> judgeLiteral(String name, String value) {
        return judge(name, value, text -> Placeholders.isPlaceholder(text) && !isOddReference(text));
    }

    /** {@return whether a value only switches something on or off} */
    public static boolean isSwitch(String value) {
        return Placeholders.isSwitch(value);
    }

    private static Optional<String> judge(String name, String value, Predicate<String> isPlaceholder) {
        Optional<String> hidden = HiddenValue.kindOf(value);
        if (hidden.isPresent()) {
            return hidden;
        }
        List<FoundSecret> secrets = SecretText.find(value);
        if (!secrets.isEmpty()) {
            return Optional.of(secrets.get(0).name());
        }
        String text = unquoted(value);
        boolean literal = !text.isBlank() && !isPlaceholder.test(text) && !Placeholders.isSwitch(text);
        if (!literal) {
            return Optional.empty();
        }
        if (SecretNames.isSecret(name) && (!isPath(text) || isAwsKey(name, text))) {
            return Optional.of("value of a secret's name");
        }
        if (isCredential(name, text, isPlaceholder)) {
            return Optional.of("credential");
        }
        return hasSecretMember(text, isPlaceholder) ? Optional.of("password in a connection string") : Optional.empty();
    }

    /** {@return whether a shell would expand the value, but no variable has such a name} */
    private static boolean isOddReference(String value) {
        String name = value.substring(Math.min(1, value.length()));
        boolean isName = !name.isEmpty() && name.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
        boolean isUpper = name.chars().noneMatch(Character::isLowerCase);
        boolean isLower = name.chars().noneMatch(c -> Character.isUpperCase(c) || Character.isDigit(c));
        boolean startsName = !name.isEmpty() && (Character.isLetter(name.charAt(0)) || name.charAt(0) == '_');
        return value.startsWith("$") && startsName && !(isName && (isUpper || isLower));
    }

    /** A name that ends in AUTH is a secret's only with its purpose, and if the value has the matching form. */
    private static boolean isCredential(String name, String text, Predicate<String> isPlaceholder) {
        List<String> words = SecretNames.words(name);
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        if (!last.equals("AUTH") && !last.equals("AUTHORIZATION")) {
            return false;
        }
        String before = words.size() < 2 ? "" : words.get(words.size() - 2);
        String[] parts = text.strip().split("\\s+", 3);
        if (parts.length == 2 && SCHEMES.contains(parts[0].toLowerCase(Locale.ROOT))) {
            return parts[1].length() >= 4 && !isPlaceholder.test(parts[1]);
        }
        if (parts.length != 1 || isPath(text)) {
            return false;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        boolean ofNpm = lower.equals("_auth") || lower.endsWith(":_auth") || lower.endsWith("npm_config__auth");
        int colon = text.indexOf(':');
        boolean isPair = colon > 0
                && colon < text.length() - 1
                && !text.contains("://")
                && !isPlaceholder.test(text.substring(colon + 1));
        return ofNpm || before.equals("REDIS") || (before.equals("BASIC") && isPair);
    }

    /**
     * {@code Server=db;Password=x}, {@code AccountName=a;AccountKey=x}, {@code jdbc:mysql://db/app?user=a&password=x}.
     */
    private static boolean hasSecretMember(String text, Predicate<String> isPlaceholder) {
        boolean ofJava = text.startsWith("jdbc:");
        String[] members = text.split(ofJava ? "[;?&]" : ";", -1);
        if (members.length < 2) {
            return false;
        }
        for (String member : members) {
            int equals = member.indexOf('=');
            String key =
                    member.substring(0, Math.max(equals, 0)).replace(" ", "").toLowerCase(Locale.ROOT);
            String value = member.substring(equals + 1).strip();
            boolean isFolder = key.equals("pwd") && isPath(value);
            if (SECRET_MEMBERS.contains(key)
                    && !isFolder
                    && !value.isEmpty()
                    && !isPlaceholder.test(value)
                    && !Placeholders.isSwitch(value)) {
                return true;
            }
        }
        return false;
    }

    /** A secret key of AWS is 40 characters of base64, of which the first may be a slash. */
    private static boolean isAwsKey(String name, String text) {
        List<String> words = SecretNames.words(name);
        return !words.isEmpty()
                && words.get(words.size() - 1).equals("KEY")
                && text.length() == AWS_KEY_LENGTH
                && text.chars().allMatch(Characters::isBase64)
                && text.chars().anyMatch(Character::isUpperCase)
                && text.chars().anyMatch(Character::isLowerCase)
                && text.chars().anyMatch(Character::isDigit);
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
}
