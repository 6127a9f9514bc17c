package dev.tallyclerk.command;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code tuf init}, {@code refresh} and {@code download} as the conformance protocol spells them: options before
 * the command, each value in an argument of its own. Starting picocli takes longer than a whole refresh; it parses
 * everything else, and reports errors.
 */
final class TufProtocol {
    private static final List<String> OPTIONS_WITH_VALUES =
            List.of("--metadata-dir", "--metadata-url", "--target-name", "--target-base-url", "--target-dir");

    private final TufArguments arguments = new TufArguments();
    private final String[] args;
    private int at = 1;

    private TufProtocol(String[] args) {
        this.args = args;
    }

    /** {@return the exit status; empty if nothing was done and picocli has to parse} */
    static OptionalInt run(Terminal terminal, Clock clock, String... args) {
        if (args.length == 0 || !args[0].equals("tuf")) {
            return OptionalInt.empty();
        }
        TufProtocol protocol = new TufProtocol(args);
        TufActions actions = new TufActions(terminal, clock, protocol.arguments);
        TufActions.Work work;
        try {
            work = protocol.read(actions);
        } catch (IllegalArgumentException e) {
            // Picocli reports it better.
            return OptionalInt.empty();
        }
        return work == null ? OptionalInt.empty() : OptionalInt.of(actions.run(work));
    }

    /**
     * {@return the exit status of a run that failed without one of its own} The protocol has only 0 and 1;
     * {@code inspect} is not part of it.
     */
    static int failure(String... args) {
        boolean tuf = args.length > 0 && args[0].equals("tuf");
        return tuf && !command(args).equals("inspect") ? ExitCode.REJECTED : ExitCode.ERROR;
    }

    private static String command(String... args) {
        for (int i = 1; i < args.length; i++) {
            if (OPTIONS_WITH_VALUES.contains(args[i])) {
                i++;
            } else if (!args[i].startsWith("-")) {
                return args[i];
            }
        }
        return "";
    }

    private TufActions.@Nullable Work read(TufActions actions) {
        while (at + 1 < args.length && args[at].startsWith("--")) {
            if (args[at + 1].startsWith("-") || !isTaken(args[at], args[at + 1])) {
                return null;
            }
            at += 2;
        }
        int left = args.length - at;
        if (left == 1 && args[at].equals("refresh")) {
            return actions.refresh();
        }
        if (left == 1 && args[at].equals("download")) {
            return actions.download();
        }
        boolean init = left == 2 && args[at].equals("init") && !args[at + 1].startsWith("-");
        return init ? actions.init(Path.of(args[at + 1])) : null;
    }

    private boolean isTaken(String option, String value) {
        boolean first = true;
        switch (option) {
            case "--metadata-dir" -> {
                first = arguments.metadataDir == null;
                arguments.metadataDir = Path.of(value);
            }
            case "--metadata-url" -> {
                first = arguments.metadataUrl == null;
                arguments.metadataUrl = value;
            }
            case "--target-dir" -> {
                first = arguments.targetDir == null;
                arguments.targetDir = Path.of(value);
            }
            case "--target-base-url" -> {
                first = arguments.targetBaseUrl == null;
                arguments.targetBaseUrl = value;
            }
            case "--target-name" -> {
                List<String> names = new ArrayList<>(arguments.targetNames);
                names.add(value);
                arguments.targetNames = names;
            }
            default -> {
                return false;
            }
        }
        return first;
    }
}
