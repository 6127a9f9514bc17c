package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A change of permissions.
 *
 * @param othersWrite whether others may write afterwards
 * @param sticky whether a directory is sticky: no one may replace files of others, but all may add files
 * @param setUserId whether the program then runs as its owner
 * @param setGroupId whether a program in a directory for programs then runs as its group; directories inherit their
 *     group this way
 * @param recursive whether it includes everything below the paths
 * @param paths the files and directories
 */
public record Chmod(
        boolean othersWrite,
        boolean sticky,
        boolean setUserId,
        boolean setGroupId,
        boolean recursive,
        List<String> paths) {
    private static final String COPY_OPTION = "--chmod=";

    private static final Pattern PROGRAM = Pattern.compile("/(?:usr/(?:local/)?)?s?bin/.*", Pattern.DOTALL);

    private static final int SET_USER_ID = 04000;
    private static final int SET_GROUP_ID = 02000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 0002;

    /** {@return whether everyone may write afterwards, except for a sticky directory} */
    public boolean worldWritable() {
        return othersWrite && !sticky;
    }

    public static Optional<Chmod> of(Command command) {
        return switch (command.program()) {
            case "chmod" -> ofChmod(command.arguments());
            case "install", "mkdir" -> ofMade(command.arguments());
            default -> Optional.empty();
        };
    }

    /** {@return the permissions that {@code install} or {@code mkdir} sets} */
    private static Optional<Chmod> ofMade(List<String> words) {
        String mode = "";
        List<String> paths = new ArrayList<>();
        for (Option option : Option.parse(words, "mgotS", "--mode")) {
            switch (option.name()) {
                case "-m", "--mode" -> mode = option.value();
                case "" -> paths.add(option.value());
                default -> {}
            }
        }
        return mode.isEmpty() ? Optional.empty() : Optional.of(ofMode(mode, false, paths));
    }

    private static Optional<Chmod> ofChmod(List<String> words) {
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
        return Optional.of(ofMode(mode, recursive, paths));
    }

    /** {@return the permissions that {@code COPY} or {@code ADD} sets} */
    public static Optional<Chmod> ofCopy(List<String> words) {
        for (String word : words) {
            if (word.startsWith(COPY_OPTION) && word.length() > COPY_OPTION.length()) {
                String mode = word.substring(COPY_OPTION.length());
                List<String> path = List.of(words.get(words.size() - 1));
                return Optional.of(ofMode(mode, true, path));
            }
        }
        return Optional.empty();
    }

    private static Chmod ofMode(String mode, boolean recursive, List<String> paths) {
        return isOctal(mode) ? ofBits(mode, recursive, paths) : ofSymbols(mode, recursive, paths);
    }

    private static Chmod ofBits(String mode, boolean recursive, List<String> paths) {
        int bits = Integer.parseInt(mode, 8);
        boolean setGroupId = (bits & SET_GROUP_ID) != 0 && hasProgram(paths);
        return new Chmod(
                (bits & OTHERS_WRITE) != 0,
                (bits & STICKY) != 0,
                (bits & SET_USER_ID) != 0,
                setGroupId,
                recursive,
                paths);
    }

    /** POSIX.1-2017, chmod: clauses {@code [ugoa]*([-+=][rwxXst]*)+}; only added permissions count here. */
    private static Chmod ofSymbols(String mode, boolean recursive, List<String> paths) {
        boolean open = false;
        boolean setUserId = false;
        boolean setGroupId = false;
        boolean sticky = false;
        for (String clause : mode.split(",", -1)) {
            int at = 0;
            while (at < clause.length() && "ugoa".indexOf(clause.charAt(at)) >= 0) {
                at++;
            }
            String who = clause.substring(0, at);
            boolean everybody = who.contains("a") || who.contains("o");
            boolean owner = who.isEmpty() || who.contains("a") || who.contains("u");
            boolean group = who.contains("g");
            boolean gives = false;
            for (; at < clause.length(); at++) {
                char c = clause.charAt(at);
                gives = c == '+' || c == '=' || (gives && c != '-');
                open |= gives && c == 'w' && everybody;
                setUserId |= gives && c == 's' && owner;
                setGroupId |= gives && c == 's' && group;
                sticky |= gives && c == 't';
            }
        }
        return new Chmod(open, sticky, setUserId, setGroupId && hasProgram(paths), recursive, paths);
    }

    private static boolean hasProgram(List<String> paths) {
        return paths.stream().anyMatch(path -> PROGRAM.matcher(path).matches());
    }

    private static boolean isOption(String word) {
        return word.startsWith("--") || word.matches("-[Rvcf]+");
    }

    private static boolean isOctal(String mode) {
        return !mode.isEmpty() && mode.length() <= 6 && mode.chars().allMatch(c -> c >= '0' && c <= '7');
    }
}
