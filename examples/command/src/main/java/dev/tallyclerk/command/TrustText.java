package dev.tallyclerk.command;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.text.Quoted;
import java.io.PrintStream;
import java.util.Locale;
import java.util.regex.Pattern;

/** Writes whether an image is vouched for as text, one line for each piece of evidence. */
final class TrustText {
    private static final int MAX_REFUSED = 20;
    private static final Pattern DIGEST = Pattern.compile("(sha256[:-][0-9a-f]{12})[0-9a-f]{52}");

    private TrustText() {}

    static void write(TrustResult trust, PrintStream out, TextStyle style) {
        out.println();
        String rule = trust.rule().isEmpty() ? "" : "  " + Quoted.printable(trust.rule());
        out.println(style.bold("Trust") + rule);
        for (Evidence evidence : trust.evidence()) {
            out.println("  " + style.green(style.unicode() ? "✔" : "ok  ") + " " + line(evidence));
        }
        for (RefusedEvidence refused :
                trust.refused().stream().limit(MAX_REFUSED).toList()) {
            out.println("  " + (trust.decision().isAccepted() ? unused(refused, style) : failed(refused, style)));
        }
        if (trust.refused().size() > MAX_REFUSED) {
            out.println("  and " + (trust.refused().size() - MAX_REFUSED) + " more; --format json lists all");
        }
        if (trust.evidence().isEmpty() && trust.refused().isEmpty()) {
            out.println("  no evidence");
        }
    }

    private static String failed(RefusedEvidence refused, TextStyle style) {
        return style.red(style.unicode() ? "✘" : "FAIL") + " " + place(refused)
                + style.red(refused.reason().name()) + ": " + shortened(refused.message());
    }

    /** Evidence for something else is usual on an image that is accepted, and nothing to worry about. */
    private static String unused(RefusedEvidence refused, TextStyle style) {
        return (style.unicode() ? "·" : "-   ") + " not used: " + place(refused) + refused.reason() + ": "
                + shortened(refused.message());
    }

    private static String place(RefusedEvidence refused) {
        return shortened(refused.origin()) + ", " + shortened(refused.requirement()) + ": ";
    }

    /** {@return a text with twelve digits of each digest; the decision and the JSON have them whole} */
    private static String shortened(String text) {
        return DIGEST.matcher(text).replaceAll("$1");
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
        return Quoted.printable(shortened(line.toString()));
    }
}
