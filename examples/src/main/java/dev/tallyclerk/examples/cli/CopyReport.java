package dev.tallyclerk.examples.cli;

import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.registry.layout.CopyResult;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What was copied, for a person.
 *
 * @param source where the image came from
 * @param destination where it is now
 * @param result what was done
 */
record CopyReport(String source, String destination, CopyResult result) {
    void write(PrintStream out, boolean colour) {
        field(out, colour, "Image", source);
        field(out, colour, "Copied to", destination);
        field(out, colour, "Digest", result.root().digest().toString());
        out.println();
        lines(out, "copied", result.copied());
        lines(out, "already there", result.alreadyThere());
        lines(out, "left out", result.leftOut());
        lines(out, "manifest", result.manifests());
        if (!result.leftOut().isEmpty()) {
            out.println();
            out.println("What was left out is not to be distributed, and the source does not have it; the manifest says"
                    + " where it is.");
        }
        out.flush();
    }

    private static void field(PrintStream out, boolean colour, String name, String value) {
        String padded = String.format(Locale.ROOT, "%-15s", name);
        out.println((colour ? "\u001b[1m" + padded + "\u001b[0m" : padded) + Quoted.printable(value));
    }

    private static void lines(PrintStream out, String what, List<Descriptor> contents) {
        for (Descriptor content : contents) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-13s %s  %10s  %s",
                    what,
                    content.digest(),
                    Sizes.of(content.size()),
                    content.mediaType()));
        }
    }
}
