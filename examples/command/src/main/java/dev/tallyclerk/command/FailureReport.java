package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A failure of the command, printed for people and, with {@code --format json}, also written for programs:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.failure", "schemaVersion": 1,
 *  "failure": {"kind": "usage" | "input" | "registry" | "defect", "reason"?: HttpException.Reason,
 *              "message": TEXT, "hint"?: TEXT, "exitStatus": NUMBER}}
 * }</pre>
 *
 * @param kind what failed
 * @param reason the name of the reason, or an empty text
 * @param message what is wrong
 * @param hint what to try, or an empty text
 * @param exitStatus the exit status of the command
 */
record FailureReport(Kind kind, String reason, String message, String hint, int exitStatus) {
    private static final String SCHEMA = "dev.tallyclerk.failure";
    private static final int SCHEMA_VERSION = 1;

    /** What failed. */
    enum Kind {
        USAGE,
        INPUT,
        REGISTRY,
        DEFECT
    }

    /** {@return the first registry or network failure among an exception and its causes} */
    static Optional<Throwable> network(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(FailureReport::isNetwork)
                .findFirst();
    }

    /** An unreadable login on this machine and an interruption by the user are not the registry's failures. */
    private static boolean isNetwork(Throwable failure) {
        if (failure instanceof HttpException http) {
            return http.reason() != Reason.CREDENTIALS && http.reason() != Reason.CANCELLED;
        }
        return failure instanceof TufException tuf && tuf.reason() == TufException.Reason.FETCH_FAILED;
    }

    /** {@return whether the arguments ask for JSON; also works for arguments that the parser refuses} */
    static boolean isJsonWanted(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i).toLowerCase(Locale.ROOT);
            boolean next = argument.equals("--format")
                    && i + 1 < arguments.size()
                    && arguments.get(i + 1).equalsIgnoreCase("json");
            if (next || argument.equals("--format=json")) {
                return true;
            }
        }
        return false;
    }

    /** Prints the failure and returns the exit status. */
    int print(Terminal terminal, boolean json) {
        terminal.err().println("tallyclerk: " + message);
        if (!hint.isEmpty()) {
            terminal.err().println("Try: " + hint);
        }
        if (json) {
            writeJson(terminal);
        }
        return exitStatus;
    }

    private void writeJson(Terminal terminal) {
        try {
            JsonOutput out = new JsonOutput(terminal.out());
            out.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
            out.name("failure").beginObject().member("kind", kind.name().toLowerCase(Locale.ROOT));
            if (!reason.isEmpty()) {
                out.member("reason", reason);
            }
            out.member("message", message);
            if (!hint.isEmpty()) {
                out.member("hint", hint);
            }
            out.member("exitStatus", exitStatus).endObject().endObject().finish();
        } catch (IOException e) {
            // The exit status and standard error report the failure too.
        }
    }
}
