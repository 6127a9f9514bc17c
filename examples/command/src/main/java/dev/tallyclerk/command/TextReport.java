package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.verify.ContentCheck;
import dev.tallyclerk.registry.verify.ContentResult;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.text.Quoted;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the report of {@code verify} as text, with the decision last. */
final class TextReport {
    private final PrintStream out;
    private final Style style;

    private TextReport(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    static void write(AdmissionResult report, PrintStream out, Style style) {
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
            FindingsText text = new FindingsText(out, style);
            text.findings("Hardening", audit.policy(), audit.findings());
        }
        new FindingsText(out, style).decision(report.decision());
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

    /** The style of the report: with or without colours, Unicode or ASCII. */
    record Style(boolean colour, boolean unicode) {
        private String ansi(int code, String text) {
            return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
        }

        String bold(String text) {
            return ansi(1, text);
        }

        String dim(String text) {
            return ansi(2, text);
        }

        String red(String text) {
            return ansi(31, text);
        }

        String green(String text) {
            return ansi(32, text);
        }

        String yellow(String text) {
            return ansi(33, text);
        }

        String severity(Severity severity, String text) {
            return switch (severity) {
                case CRITICAL, HIGH -> red(text);
                case MEDIUM -> yellow(text);
                case LOW, INFO -> text;
            };
        }

        String mark(ContentResult result) {
            return result.<String>fold(
                    verified -> green(unicode ? "✔" : "ok  "),
                    failed -> red(unicode ? "✘" : "FAIL"),
                    unknown -> yellow(unicode ? "?" : "??  "));
        }
    }
}
