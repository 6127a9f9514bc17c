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
        out.println(style.bold("Decision") + "  " + style.bold(word));
        decision.because().forEach(reason -> out.println("  " + reason));
    }
}
