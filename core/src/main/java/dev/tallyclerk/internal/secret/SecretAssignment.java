package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Judges a name and its value: an environment variable, a label, a build argument.
 *
 * <p>Names are compared word by word, so that {@code MONKEY} is no key and {@code TOKENIZERS_PARALLELISM} no token.
 */
public final class SecretAssignment {
    private static final Set<String> WORDS = Words.set("""
            PASSWORD PASSWD PASSPHRASE PASSCODE SECRET SECRETS TOKEN CREDENTIAL CREDENTIALS APIKEY ACCESSKEY SECRETKEY
            PRIVATEKEY SSHPASS
            """);

    /** Endings of compound words such as PGPASSWORD; no other word ends like this. */
    private static final List<String> ENDINGS = List.of("PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY");

    /** Too common elsewhere: PWD is the working directory, PASS is half of BUILD_PASS_THROUGH. */
    private static final Set<String> LAST_WORDS = Set.of("PASS", "PWD");

    /** KEY is a secret only after one of these words: GPG_KEY of a base image is public. */
    private static final Set<String> BEFORE_KEY = Words.set("""
            API APP ACCESS SECRET PRIVATE ENCRYPT ENCRYPTION FERNET HMAC JWT LICENSE SESSION SIGNING MASTER AUTH ACCOUNT
            DEPLOY SSH
            """);

    /** The key of an Azure storage account; in other names, a storage key is the name of a browser's entry. */
    private static final List<String> STORAGE_KEY = List.of("AZURE", "STORAGE", "KEY");

    /** Identifies the first cluster of an etcd member, so that it joins no other; not a secret. */
    private static final List<String> CLUSTER_NAME = List.of("ETCD", "INITIAL", "CLUSTER", "TOKEN");

    /** Last words of options that take a secret; --secret often takes the name of one. */
    private static final Set<String> SECRET_OPTIONS = Set.of("PASSWD", "PASSPHRASE", "TOKEN", "APIKEY");

    /** Words before KEY in an option; after other words it is as often a file name. */
    private static final Set<String> BEFORE_KEY_OF_OPTION = Set.of("API", "ACCESS", "ACCOUNT", "AUTH", "SECRET");

    /** Words of options that control a secret and do not take one. */
    private static final Set<String> SWITCHING = Words.set("""
            ALLOW ASK CHANGE CHECK CREATE DELETE DISABLE DISABLED EMPTY ENABLE EXPORT FORCE GENERATE IMPORT LIST NO
            PRINT PROMPT RANDOM REQUIRE RESET SHOW SKIP USE WITH WITHOUT
            """);

    /** Last words of names whose value is about a secret, and is not one. */
    private static final Set<String> ABOUT = Words.set("""
            FILE FILES PATH DIR DIRECTORY LOCATION NAME URL URI HOST PORT REGION PROVIDER BACKEND ENDPOINT TTL EXPIRE
            EXPIRY EXPIRES EXPIRATION LIFETIME TIMEOUT AGE DURATION INTERVAL IN DAYS HOURS MINUTES SECONDS LENGTH SIZE
            MIN MAX COUNT LIMIT POLICY TYPE METHOD HASHER NAMESPACE PREFIX STORE ENABLED DISABLED REQUIRED HEADER ISSUER
            AUDIENCE ALGORITHM FORMAT VERSION SHA CHECKSUM FINGERPRINT
            """);

    /** Values that tell whether there is a secret, and not what it is. */
    private static final Set<String> SWITCHES = Words.set("""
            true false yes no on off 0 1 none null nil undefined enabled disabled
            """);

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
        return judge(name, value, SecretAssignment::isPlaceholder);
    }

    /**
     * {@return the kind of secret that {@code value} is, if no shell expands it, so that a password may start with a
     * dollar sign}
     *
     * @param name the name, in any usual spelling
     * @param value the value, possibly in quotes
     */
    public static Optional<String> judgeLiteral(String name, String value) {
        return judge(name, value, text -> isPlaceholder(text) && !isOddReference(text));
    }

    private static Optional<String> judge(String name, String value, Predicate<String> isPlaceholder) {
        List<SecretText.Span> secrets = SecretText.find(value);
        if (!secrets.isEmpty()) {
            return Optional.of(secrets.get(0).what());
        }
        String text = unquoted(value);
        boolean literal = !text.isBlank() && !isPlaceholder.test(text) && !isSwitch(text);
        if (!literal) {
            return Optional.empty();
        }
        if (isSecretName(name) && (!isPath(text) || isAwsKey(name, text))) {
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
        List<String> words = words(name);
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
                    && !isSwitch(value)) {
                return true;
            }
        }
        return false;
    }

    /** A secret key of AWS is 40 characters of base64, of which the first may be a slash. */
    private static boolean isAwsKey(String name, String text) {
        List<String> words = words(name);
        return !words.isEmpty()
                && words.get(words.size() - 1).equals("KEY")
                && text.length() == AWS_KEY_LENGTH
                && text.chars().allMatch(SecretText::isBase64)
                && text.chars().anyMatch(Character::isUpperCase)
                && text.chars().anyMatch(Character::isLowerCase)
                && text.chars().anyMatch(Character::isDigit);
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
        if (ABOUT.contains(words.get(last)) || accessKeyId || words.equals(CLUSTER_NAME)) {
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
            if (i >= 2 && words.subList(i - 2, i + 1).equals(STORAGE_KEY)) {
                return true;
            }
        }
        return LAST_WORDS.contains(words.get(last))
                && (last > 0 || words.get(last).equals("PASS"))
                && !isWorkingDirectory(words);
    }

    /**
     * {@return whether the word after this command option is a secret}
     *
     * <p>Unlike a variable, an option may only be about a secret: {@code --disabled-password},
     * {@code --password-stdin}.
     *
     * @param option the option with its dashes
     */
    public static boolean isSecretOption(String option) {
        List<String> words = words(option);
        if (!option.startsWith("-") || option.indexOf('=') >= 0 || words.isEmpty()) {
            return false;
        }
        String last = words.get(words.size() - 1);
        String before = words.size() < 2 ? "" : words.get(words.size() - 2);
        boolean isSecret = (last.equals("PASS") && option.startsWith("--"))
                || (last.equals("KEY") && BEFORE_KEY_OF_OPTION.contains(before))
                || (last.equals("SECRET") && !before.isEmpty())
                || SECRET_OPTIONS.contains(last)
                || last.endsWith("PASSWORD");
        return isSecret && words.stream().noneMatch(SWITCHING::contains);
    }

    private static boolean isWorkingDirectory(List<String> words) {
        return words.get(words.size() - 1).equals("PWD")
                && (words.size() == 1 || words.get(0).equals("OLD"));
    }

    /** {@return whether {@code value} refers to a secret that is defined elsewhere} */
    public static boolean isPlaceholder(String value) {
        if (isReference(value) || value.startsWith("{{") || (value.startsWith("<") && value.endsWith(">"))) {
            return true;
        }
        return value.chars().allMatch(c -> c == '*') || value.chars().allMatch(c -> c == 'x' || c == 'X');
    }

    /** {@return whether a shell would expand the value; {@code $2y$10$...} is a hash} */
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

    /** {@return whether {@code value} refers to a secret elsewhere, or only tells whether there is one} */
    static boolean isNoSecret(String value) {
        return isPlaceholder(value) || isSwitch(value);
    }

    private static boolean isSwitch(String value) {
        return SWITCHES.contains(value.toLowerCase(Locale.ROOT));
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
     * Splits at everything but letters and digits and at the humps of camel case; trailing digits of words are dropped.
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
