package dev.tallyclerk.hardening.apparmor;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A rule of a profile.
 *
 * @param line its line, in the profile or in a file that it includes
 * @param file the file
 * @param isDeny whether it denies, which wins over every rule that allows
 * @param kind the class of what it is about: {@code file}, {@code capability}, {@code mount} and so on
 * @param words the words after the class, without qualifiers
 * @param paths the paths of a file rule, with the values of variables; empty for all files
 * @param access the letters of the permissions of a file rule, without what follows an {@code x}
 * @param execution how a file rule lets programs be executed, such as {@code ux}; empty if it does not
 */
record ProfileRule(
        int line,
        String file,
        boolean isDeny,
        String kind,
        List<String> words,
        List<String> paths,
        String access,
        String execution) {
    static final Set<String> KINDS = Words.set("""
            capability network mount remount umount pivot_root ptrace signal dbus unix userns change_profile link
            set io_uring mqueue all file change_hat
            """);

    static final Set<String> QUALIFIERS = Words.set("audit allow deny quiet owner other prompt access");

    private static final String EVERY_ACCESS = "rwaklmx";

    ProfileRule {
        words = List.copyOf(words);
        paths = List.copyOf(paths);
    }

    /** {@return whether it is about the class, or about everything} */
    boolean isAbout(String other) {
        return kind.equals(other) || kind.equals("all");
    }

    /** {@return whether a file rule is about this access; write includes append} */
    boolean isAccess(char letter) {
        return access.indexOf(letter) >= 0 || (letter == 'a' && access.indexOf('w') >= 0);
    }

    /** {@return the rule as written, without qualifiers} */
    String shown() {
        String rest = String.join(" ", words);
        return kind.equals("file") && !words.isEmpty() ? rest : (kind + " " + rest).strip();
    }

    /**
     * {@return the names in a condition such as {@code peer=unconfined} or {@code options=(rw, bind)}; empty without}
     */
    Optional<Set<String>> condition(String name) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(name + "=")) {
                String value = word.substring(name.length() + 1);
                return Optional.of(names(value.isEmpty() && i + 1 < words.size() ? words.get(i + 1) : value));
            }
            if (word.equals(name)
                    && i + 2 < words.size()
                    && (words.get(i + 1).equals("=") || words.get(i + 1).equals("in"))) {
                return Optional.of(names(words.get(i + 2)));
            }
        }
        return Optional.empty();
    }

    /** {@return the names in the first words, before any condition, such as {@code send} in {@code signal (send)}} */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        for (String word : words) {
            if (word.indexOf('=') >= 0) {
                break;
            }
            names.addAll(names(word));
        }
        return names;
    }

    private static Set<String> names(String list) {
        Set<String> names = new HashSet<>();
        for (String name : list.replaceAll("[()\"]", " ").split("[\\s,]+", -1)) {
            if (!name.isEmpty()) {
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** {@return the letters of permissions without modes of execution; empty if the word is none} */
    static Optional<String> access(String word) {
        if (!word.matches("[rwalkm]*(?:[pPcC]?[iuU]?[xX])?[rwalkm]*") || word.isEmpty()) {
            return Optional.empty();
        }
        List<String> letters = new ArrayList<>();
        for (int i = 0; i < word.length(); i++) {
            if ("rwalkm".indexOf(word.charAt(i)) >= 0) {
                letters.add(word.substring(i, i + 1));
            }
        }
        return Optional.of(
                String.join("", letters) + (word.toLowerCase(Locale.ROOT).indexOf('x') >= 0 ? "x" : ""));
    }

    static String everyAccess() {
        return EVERY_ACCESS;
    }
}
