package dev.tallyclerk.hardening.host;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Rules of the Linux audit system, from {@code auditctl -l} or from the files that auditctl loads.
 *
 * <p>Only what decides whether changes or uses of a path are recorded is kept.
 */
final class AuditRules {
    private static final int MAX_RULES = 20_000;
    private static final int MAX_INCLUDES = 8;

    /** Fields that choose users or results, not programs or files: such a rule still watches the path. */
    private static final Set<String> HARMLESS_FIELDS = Words.set("key perm arch auid success");

    /** Calls that every use of a file begins with; a rule on others alone does not see programs or edits. */
    private static final Set<String> OPENING_CALLS =
            Words.set("all execve execveat open openat openat2 creat rename renameat renameat2 unlink unlinkat");

    private static final Set<String> ARCHITECTURES_OF_32_BITS =
            Words.set("b32 i386 i486 i586 i686 armv7l arm ppc s390");

    private final List<Watch> watches;
    private final boolean isDisabled;
    private final List<String> unread;

    private AuditRules(List<Watch> watches, boolean isDisabled, List<String> unread) {
        this.watches = watches;
        this.isDisabled = isDisabled;
        this.unread = unread;
    }

    /** The rules without any. */
    static AuditRules none() {
        return new AuditRules(List.of(), false, List.of());
    }

    /**
     * A rule about a path.
     *
     * @param path the path as written, without a slash at the end
     * @param isRecursive whether it is about everything below, too
     * @param isAlways whether it records, or keeps from recording
     */
    private record Watch(String path, boolean isRecursive, boolean isAlways) {}

    /** {@return these rules with the paths as {@code links} gives them, without symbolic links in their folders} */
    AuditRules resolved(Function<String, String> links) {
        List<Watch> found = watches.stream()
                .map(watch -> new Watch(links.apply(watch.path()), watch.isRecursive(), watch.isAlways()))
                .toList();
        return new AuditRules(found, isDisabled, unread);
    }

    /** {@return the included files that are unknown, or other reasons for which there may be more rules} */
    List<String> unread() {
        return unread;
    }

    /** {@return whether a rule switches all recording off} */
    boolean isDisabled() {
        return isDisabled;
    }

    /**
     * {@return whether a rule records changes of a path, or of everything in a folder above}
     *
     * @param target the path, without symbolic links
     */
    boolean covers(String target) {
        if (isDisabled) {
            return false;
        }
        for (Watch watch : watches) {
            String watched = watch.path();
            boolean isAbove = watched.equals("/") || target.startsWith(watched + "/");
            if (watched.equals(target) || (watch.isRecursive() && isAbove)) {
                // As in the kernel, the first rule that matches decides.
                return watch.isAlways();
            }
        }
        return false;
    }

    /** Reads rules, possibly of several files in the order of loading. */
    static final class Reader {
        private final Function<String, Optional<String>> includes;
        private final List<Watch> watches = new ArrayList<>();
        private final List<String> unread = new ArrayList<>();
        private boolean isEnabled = true;
        private boolean isSilenced;
        private int rules;

        /**
         * Makes a reader.
         *
         * @param includes gives the text of a file that rules include; empty if it cannot be read
         */
        Reader(Function<String, Optional<String>> includes) {
            this.includes = includes;
        }

        /** Adds the rules of a file, or of the output of {@code auditctl -l}. */
        Reader read(String text) {
            read(text, 0);
            return this;
        }

        AuditRules rules() {
            return new AuditRules(List.copyOf(watches), !isEnabled || isSilenced, List.copyOf(unread));
        }

        private void read(String text, int depth) {
            for (String line : (Iterable<String>) text.lines()::iterator) {
                String rule = line.strip();
                if (rule.isEmpty() || rule.startsWith("#")) {
                    continue;
                }
                if (++rules > MAX_RULES) {
                    unread.add("more than " + MAX_RULES + " audit rules");
                    return;
                }
                String[] words = rule.split("\\s+");
                if (words[0].equals("-R") && words.length > 1) {
                    include(words[1], depth);
                } else {
                    add(words);
                }
            }
        }

        private void include(String file, int depth) {
            Optional<String> included = depth == MAX_INCLUDES ? Optional.empty() : includes.apply(file);
            if (included.isEmpty()) {
                unread.add("the included audit rules " + file);
            } else {
                read(included.get(), depth + 1);
            }
        }

        private void add(String[] words) {
            Rule rule = new Rule();
            int i = 0;
            while (i < words.length) {
                String value = i + 1 < words.length ? words[i + 1] : "";
                switch (words[i]) {
                    case "-D" -> {
                        watches.clear();
                        isSilenced = false;
                    }
                    case "-e" -> isEnabled = !value.equals("0");
                    case "-w", "-W" -> rule.watch(value, words[i].equals("-W"));
                    case "-a", "-A", "-d" -> rule.list(words[i], value);
                    case "-p" -> rule.permissions(value);
                    case "-F", "-C" -> rule.field(value, words[i].equals("-C"));
                    case "-S" -> rule.calls(value);
                    default -> {
                        i++;
                        continue;
                    }
                }
                i += 2;
            }
            take(rule);
        }

        private void take(Rule rule) {
            if (rule.isRemoval) {
                watches.removeIf(watch -> watch.path().equals(rule.path));
            } else if (rule.isGlobalNever()) {
                isSilenced = true;
            } else if (rule.isOnEverything()) {
                watches.add(new Watch("/", true, false));
            } else if (!rule.path.isEmpty() && rule.isWide()) {
                Watch watch = new Watch(rule.path, rule.isRecursive, rule.isAlways);
                watches.add(rule.isFirst ? 0 : watches.size(), watch);
            }
        }
    }

    /** One line. */
    private static final class Rule {
        private String path = "";
        private boolean isRecursive;
        private boolean isAlways;
        private boolean isNever;
        private boolean isExit;
        private boolean isTask;
        private boolean isRemoval;
        private boolean isFirst;
        private boolean isNarrow;
        private int fields;
        private final Set<String> calls = new HashSet<>();

        void watch(String watched, boolean removed) {
            path = withoutSlash(watched);
            isAlways = true;
            isExit = true;
            // The kernel makes a watch on a folder one on everything below.
            isRecursive = true;
            isRemoval = removed;
        }

        void list(String option, String listAndAction) {
            List<String> parts = List.of(listAndAction.split(","));
            isAlways = parts.contains("always");
            isNever = parts.contains("never");
            isTask = parts.contains("task");
            isExit = parts.contains("exit");
            isRemoval = option.equals("-d");
            isFirst = option.equals("-A");
        }

        void permissions(String letters) {
            isNarrow |= letters.matches("r*");
        }

        void field(String condition, boolean isComparison) {
            fields++;
            String[] parts = condition.split("!=|>=|<=|&=|[=<>&]", 2);
            String value = parts.length > 1 ? parts[1] : "";
            boolean isEqual = condition.startsWith(parts[0] + "=");
            if (isComparison) {
                isNarrow = true;
            } else if ((parts[0].equals("path") || parts[0].equals("dir")) && isEqual) {
                path = withoutSlash(value);
                isRecursive = parts[0].equals("dir");
            } else if (parts[0].equals("perm")) {
                permissions(value);
            } else if (parts[0].equals("arch")) {
                isNarrow |= isEqual == ARCHITECTURES_OF_32_BITS.contains(value);
            } else if (!HARMLESS_FIELDS.contains(parts[0])) {
                isNarrow = true;
            }
        }

        void calls(String names) {
            calls.addAll(List.of(names.split(",")));
        }

        /** {@code -a never,task}, the default of some distributions, keeps processes from being audited at all. */
        boolean isGlobalNever() {
            return isTask && isNever && fields == 0;
        }

        /** {@code -a never,exit} without fields ends the list of rules. */
        boolean isOnEverything() {
            return isExit && isNever && fields == 0 && path.isEmpty() && isWide();
        }

        /** {@return whether the rule is about every use of the path, by any program} */
        boolean isWide() {
            boolean isAction = isAlways || isNever;
            boolean isOnOpening = calls.isEmpty() || calls.stream().anyMatch(OPENING_CALLS::contains);
            return isExit && isAction && !isNarrow && isOnOpening;
        }

        private static String withoutSlash(String path) {
            int end = path.length();
            while (end > 1 && path.charAt(end - 1) == '/') {
                end--;
            }
            return path.substring(0, end);
        }
    }
}
