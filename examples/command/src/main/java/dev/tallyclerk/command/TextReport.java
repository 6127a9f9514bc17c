package dev.tallyclerk.command;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.report.TextReporter;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the report of {@code verify} as text, with the decision last. */
final class TextReport {
    private final PrintStream out;
    private final TextStyle style;

    private TextReport(PrintStream out, TextStyle style) {
        this.out = out;
        this.style = style;
    }

    static void write(AdmissionResult report, PrintStream out, TextStyle style) throws IOException {
        TextReport writer = new TextReport(out, style);
        writer.field("Image", Quoted.printable(report.source()));
        ImageVerification verification = report.verification().orElse(null);
        if (verification != null) {
            writer.image(verification);
            writer.content("Content", verification.checks());
            for (ImageVerification other : verification.others()) {
                String name = other.manifestDigest().map(Object::toString).orElse("unknown manifest");
                writer.content("Content of " + name + ", which some engines take from the index", other.checks());
            }
        }
        report.trust().ifPresent(trust -> TrustText.write(trust, out, style));
        AuditReport audit = report.audit().orElse(null);
        // Without a configuration the rules could check nothing.
        if (audit != null && verification != null && verification.config().isPresent()) {
            out.println();
            TextReporter.create()
                    .withColour(style.colour())
                    .withCharset(style.charset())
                    .withDecision(false)
                    .write(audit, out);
        }
        DecisionText.write(report.decision(), out, style);
        out.flush();
    }

    private void image(ImageVerification verification) {
        field("Digest", verification.resolved().digest().toString());
        field("Vouched for by", Quoted.printable(verification.resolved().voucher()));
        verification
                .manifestDigest()
                .filter(manifest -> !manifest.equals(verification.resolved().digest()))
                .ifPresent(manifest -> {
                    field("Manifest", manifest.toString());
                    field("", "the digest above is that of an index; only " + images(verification) + " verified");
                });
        verification.config().ifPresent(config -> {
            field("Image ID", config.digest().toString());
            field("Platform", config.platform().toString());
        });
        verification.manifest().filter(manifest -> !manifest.isImage()).ifPresent(manifest -> {
            String type = manifest.artifactType().orElse(manifest.config().mediaType());
            field("Artifact", Quoted.printable(type) + ", not a container image; nothing to audit");
        });
    }

    private static String images(ImageVerification verification) {
        int others = verification.others().size();
        return others == 0 ? "this image in it was" : "this image and " + others + " more in it were";
    }

    private void field(String name, String value) {
        out.println(style.bold(String.format(Locale.ROOT, "%-15s", name)) + value);
    }

    private void content(String title, List<ContentCheck> checks) {
        out.println();
        out.println(style.bold(title));
        for (ContentCheck check : checks) {
            String size = Sizes.of(check.size());
            long uncompressed = check.result()
                    .<Long>fold(
                            ContentResult.Verified::uncompressedSize,
                            failed -> check.size(),
                            unverifiable -> check.size());
            if (uncompressed != check.size()) {
                size += style.unicode() ? " → " : " -> ";
                size += Sizes.of(uncompressed);
            }
            String line = String.format(Locale.ROOT, "%-9s %s  %s", check.label(), shortDigest(check), size);
            out.println("  " + style.mark(check.result()) + " " + line);
            check.result()
                    .<Optional<String>>fold(
                            verified -> Optional.empty(),
                            failed -> Optional.of(
                                    style.red(failed.reason().name()) + ": " + Quoted.printable(failed.message())),
                            unknown -> Optional.of(
                                    style.yellow(unknown.reason().name()) + ": " + Quoted.printable(unknown.message())))
                    .ifPresent(message -> out.println("      " + message));
        }
    }

    private static String shortDigest(ContentCheck check) {
        String encoded = check.digest().encoded();
        return check.digest().algorithm() + ":" + (encoded.length() > 12 ? encoded.substring(0, 12) : encoded);
    }
}
