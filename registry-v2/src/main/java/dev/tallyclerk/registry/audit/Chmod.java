package dev.tallyclerk.registry.audit;

import dev.tallyclerk.internal.shell.Command;
import java.util.List;
import java.util.Optional;

/**
 * A change of permissions.
 *
 * @param worldWritable whether everybody may write afterwards, other than into a directory with the sticky bit
 * @param setUserId whether the program then runs as its owner
 * @param recursive whether it goes for everything below the paths
 * @param paths the files and folders
 */
record Chmod(boolean worldWritable, boolean setUserId, boolean recursive, List<String> paths) {
    private static final String COPY_OPTION = "--chmod=";
    private static final int SET_USER_ID = 04000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0002;

    static Optional<Chmod> of(Command command) {
        if (!command.program().equals("chmod")) {
            return Optional.empty();
        }
        List<String> words = command.arguments();
        int at = 0;
        boolean recursive = false;
        while (at < words.size() && isOption(words.get(at))) {
            recursive |= words.get(at).equals("--recursive") || words.get(at).matches("-[vcf]*R[vcf]*");
            at++;
        }
        if (at >= words.size()) {
            return Optional.empty();
        }
        String mode = words.get(at);
        List<String> paths = List.copyOf(words.subList(at + 1, words.size()));
        return Optional.of(isOctal(mode) ? ofBits(mode, recursive, paths) : ofSymbols(mode, recursive, paths));
    }

    /** {@return what a builder's {@code COPY} or {@code ADD} gives to what it copies} */
    static Optional<Chmod> ofCopy(List<String> words) {
        for (String word : words) {
            if (word.startsWith(COPY_OPTION) && word.length() > COPY_OPTION.length()) {
                String mode = word.substring(COPY_OPTION.length());
                List<String> path = List.of(words.get(words.size() - 1));
                return Optional.of(isOctal(mode) ? ofBits(mode, true, path) : ofSymbols(mode, true, path));
            }
        }
        return Optional.empty();
    }

    private static Chmod ofBits(String mode, boolean recursive, List<String> paths) {
        int bits = Integer.parseInt(mode, 8);
        boolean open = (bits & OTHERS_WRITE) != 0 && (bits & STICKY) == 0;
        return new Chmod(open, (bits & SET_USER_ID) != 0, recursive, paths);
    }

    /** POSIX.1-2017, chmod: clauses {@code [ugoa]*([-+=][rwxXst]*)+}, of which only what is given counts here. */
    private static Chmod ofSymbols(String mode, boolean recursive, List<String> paths) {
        boolean open = false;
        boolean setUserId = false;
        boolean sticky = false;
        for (String clause : mode.split(",", -1)) {
            int at = 0;
            while (at < clause.length() && "ugoa".indexOf(clause.charAt(at)) >= 0) {
                at++;
            }
            String who = clause.substring(0, at);
            boolean gives = false;
            for (; at < clause.length(); at++) {
                char c = clause.charAt(at);
                gives = c == '+' || c == '=' || (gives && c != '-');
                boolean everybody = who.contains("a") || who.contains("o");
                open |= gives && c == 'w' && everybody;
                setUserId |= gives && c == 's' && (who.isEmpty() || who.contains("a") || who.contains("u"));
                sticky |= gives && c == 't';
            }
        }
        return new Chmod(open && !sticky, setUserId, recursive, paths);
    }

    private static boolean isOption(String word) {
        return word.startsWith("--") || word.matches("-[Rvcf]+");
    }

    private static boolean isOctal(String mode) {
        return !mode.isEmpty() && mode.length() <= 6 && mode.chars().allMatch(c -> c >= '0' && c <= '7');
    }
}
