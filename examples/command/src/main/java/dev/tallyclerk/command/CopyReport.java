package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.AttachmentCopier;
import dev.tallyclerk.registry.image.CopyResult;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of a copy. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.copy", "schemaVersion": 1,
 *  "source": TEXT, "destination": TEXT, "digest": DIGEST, "destinationDigest": DIGEST,
 *  "onlyOf"?: {"index": DIGEST, "platform": OS/ARCHITECTURE[/VARIANT]},
 *  "copied": [DESCRIPTOR...], "alreadyThere": [DESCRIPTOR...], "leftOut": [DESCRIPTOR...], "manifests": [DESCRIPTOR...],
 *  "attached": [{"subject": DIGEST, "place": Attachment.Place, "mediaType": TEXT, "digest": DIGEST, "size": BYTES}...],
 *  "notes": [TEXT of what is attached and was not copied...]}
 *
 * DESCRIPTOR: {"mediaType": TEXT, "digest": DIGEST, "size": BYTES}
 * }</pre>
 *
 * <p>The member {@code onlyOf} exists if only the image of one platform was copied from an index.
 *
 * @param source the name of the source
 * @param destination the name of the destination
 * @param only the index from which one image was copied, or null
 * @param result the result
 * @param attached the attached artifacts that were copied
 * @param note a note on the destination, or an empty text
 */
record CopyReport(
        String source,
        String destination,
        @Nullable OnlyOf only,
        CopyResult result,
        AttachmentCopier.Result attached,
        String note) {
    private static final String SCHEMA = "dev.tallyclerk.copy";
    private static final int SCHEMA_VERSION = 1;

    /**
     * An index, and the platform of the copied image.
     *
     * @param allFit whether the destination can hold the whole index
     */
    record OnlyOf(Digest index, Platform platform, boolean allFit) {}

    void write(PrintStream out, boolean colour) {
        field(out, colour, "Image", source);
        field(out, colour, "Copied to", destination);
        field(out, colour, "Digest", result.root().digest().toString());
        if (!result.destinationDigest().equals(result.root().digest())) {
            field(out, colour, "Known there as", result.destinationDigest().toString());
        }
        out.println();
        lines(out, "copied", result.copied());
        lines(out, "already there", result.alreadyThere());
        lines(out, "left out", result.leftOut());
        lines(out, "manifest", result.manifests());
        lines(
                out,
                "attached",
                attached.copied().stream()
                        .map(AttachmentCopier.Copied::manifest)
                        .toList());
        if (!attached.notes().isEmpty()) {
            out.println();
            attached.notes().forEach(each -> out.println(Quoted.printable(each)));
        }
        OnlyOf of = only;
        if (of != null) {
            out.println();
            out.println("Copied only " + of.platform() + " of the index " + of.index()
                    + "; use --all-platforms to copy all of it" + (of.allFit() ? "." : " to a layout or a registry."));
        }
        leftOut(out);
        if (!note.isEmpty()) {
            out.println();
            out.println(note);
        }
        out.flush();
    }

    private void leftOut(PrintStream out) {
        boolean elsewhere =
                result.leftOut().stream().anyMatch(layer -> !layer.urls().isEmpty());
        boolean nowhere =
                result.leftOut().stream().anyMatch(layer -> layer.urls().isEmpty());
        if (elsewhere) {
            out.println();
            out.println("A non-distributable layer was left out; engines fetch it from the URLs in the manifest.");
        }
        if (nowhere) {
            out.println();
            out.println(
                    "A non-distributable layer was left out: the source does not have it, and the manifest has no URL for"
                            + " it. The image does not run without it.");
        }
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

    void writeJson(OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("source", source).member("destination", destination);
        json.member("digest", result.root().digest().toString());
        json.member("destinationDigest", result.destinationDigest().toString());
        OnlyOf of = only;
        if (of != null) {
            json.name("onlyOf").beginObject();
            json.member("index", of.index().toString());
            json.member("platform", of.platform().toString()).endObject();
        }
        descriptors(json, "copied", result.copied());
        descriptors(json, "alreadyThere", result.alreadyThere());
        descriptors(json, "leftOut", result.leftOut());
        descriptors(json, "manifests", result.manifests());
        json.name("attached").beginArray();
        for (AttachmentCopier.Copied each : attached.copied()) {
            json.beginObject().member("subject", each.subject().toString());
            json.member("place", each.place().name());
            json.member("mediaType", each.manifest().mediaType());
            json.member("digest", each.manifest().digest().toString());
            json.member("size", each.manifest().size()).endObject();
        }
        json.endArray().name("notes").beginArray();
        for (String each : attached.notes()) {
            json.value(each);
        }
        json.endArray();
        json.endObject().finish();
    }

    private static void descriptors(JsonOutput json, String name, List<Descriptor> contents) throws IOException {
        json.name(name).beginArray();
        for (Descriptor content : contents) {
            json.beginObject().member("mediaType", content.mediaType());
            json.member("digest", content.digest().toString()).member("size", content.size());
            json.endObject();
        }
        json.endArray();
    }
}
