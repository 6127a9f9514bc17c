package dev.tallyclerk.internal.secret;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Judges names: of an environment variable, a label, a build argument, an option.
 *
 * <p>Names are compared word by word, so that {@code MONKEY} is no key and {@code TOKENIZERS_PARALLELISM} no token.
 */
public final class SecretNames {
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

    private SecretNames() {}

    /** {@return whether the words of {@code name} say that its value is a secret} */
    public static boolean isSecret(String name) {
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
