package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.Decision;
import java.io.PrintStream;

/** Writes a decision and its reasons as text. */
final class DecisionText {
    private DecisionText() {}

    static void write(Decision decision, PrintStream out, TextStyle style) {
        String word = switch (decision.kind()) {
            case ACCEPTED -> style.green("ACCEPTED");
            case REJECTED -> style.red("REJECTED");
            case INCOMPLETE -> style.yellow("INCOMPLETE");
        };
        out.println();
        // What an acceptance tolerates stands beside it, where nobody can miss it.
        boolean isBeside = decision.isAccepted() && decision.because().size() == 1;
        out.println(style.bold("Decision") + "  " + style.bold(word)
                + (isBeside ? ": " + decision.because().get(0) : ""));
        if (!isBeside) {
            decision.because().forEach(reason -> out.println("  " + reason));
        }
    }
}
