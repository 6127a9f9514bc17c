package dev.tallyclerk.command;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.text.Quoted;
import java.io.PrintStream;
import java.util.Locale;

/** Writes whether an image is vouched for as text, one line for each piece of evidence. */
final class TrustText {
    private TrustText() {}

    static void write(TrustResult trust, PrintStream out, TextReport.Style style) {
        out.println();
        String rule = trust.rule().isEmpty() ? "" : "  " + Quoted.printable(trust.rule());
        out.println(style.bold("Trust") + rule);
        for (Evidence evidence : trust.evidence()) {
            out.println("  " + style.green(style.unicode() ? "✔" : "ok  ") + " " + line(evidence));
        }
        for (RefusedEvidence refused : trust.refused()) {
            out.println("  " + style.red(style.unicode() ? "✘" : "FAIL") + " " + refused.origin() + ", "
                    + refused.requirement() + ": " + style.red(refused.reason().name()) + ": " + refused.message());
        }
        if (trust.evidence().isEmpty() && trust.refused().isEmpty()) {
            out.println("  no evidence");
        }
    }

    private static String line(Evidence evidence) {
        StringBuilder line = new StringBuilder(
                evidence.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        evidence.predicateType().ifPresent(type -> line.append(" of ").append(type));
        line.append(" by ").append(evidence.signer());
        evidence.signedAt().ifPresent(time -> line.append(", signed at ").append(time));
        evidence.validUntil().ifPresent(time -> line.append(", valid until ").append(time));
        line.append(", from ").append(evidence.origin());
        if (!evidence.notChecked().isEmpty()) {
            line.append("; not checked: ").append(String.join(", ", evidence.notChecked()));
        }
        return Quoted.printable(line);
    }
}
