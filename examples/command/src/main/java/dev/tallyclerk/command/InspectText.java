package dev.tallyclerk.command;

import dev.tallyclerk.command.Inspection.Document;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ExecutionParameters;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.model.Schema1Verification;
import dev.tallyclerk.registry.model.Schema1Verification.Signer;
import dev.tallyclerk.text.Quoted;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes documents as text. Their content can neither move the cursor nor start a line of its own. */
final class InspectText {
    private final PrintStream out;
    private final TextStyle style;

    private InspectText(PrintStream out, TextStyle style) {
        this.out = out;
        this.style = style;
    }

    static void write(Inspection inspection, PrintStream out, TextStyle style) {
        new InspectText(out, style).write(inspection);
    }

    private void write(Inspection inspection) {
        top("Image", printable(inspection.source()));
        top("Digest", inspection.resolved().digest().toString());
        top("Vouched for by", printable(inspection.resolved().voucher()));
        for (Document index : inspection.indexes()) {
            index(index.digest(), (ImageIndex) index.content());
        }
        Document manifest = inspection.manifest();
        if (manifest != null && manifest.content() instanceof ImageManifest image) {
            manifest(manifest.digest(), image);
            if (inspection.config() != null) {
                config(image.config().digest(), inspection.config());
            }
        } else if (manifest != null && manifest.content() instanceof Schema1Manifest schema1) {
            schema1(manifest.digest(), schema1, schema1.verifySignatures());
        }
        out.println();
        String shown = inspection.config() == null
                ? "This document matches its digest"
                : "These documents match their digests";
        out.println(style.dim(shown + ". Layers were not read; tallyclerk verify reads them."));
        if (manifest == null) {
            out.println(style.dim("Use --platform to show one of the manifests."));
        }
        out.flush();
    }

    private void index(Digest digest, ImageIndex index) {
        document("Index", digest, index);
        if (index.manifests().isEmpty()) {
            field("Manifests", "none");
        }
        for (Descriptor entry : index.manifests()) {
            String name = entry.platform()
                    .map(Platform::specifier)
                    .or(entry::artifactType)
                    .orElse(entry.mediaType());
            out.println("  " + style.bold(printable(name)));
            out.println("    " + descriptor(entry));
            annotations("    ", entry.annotations());
        }
    }

    private void manifest(Digest digest, ImageManifest manifest) {
        document("Manifest", digest, manifest);
        field("Config", descriptor(manifest.config()));
        List<Descriptor> layers = manifest.layers();
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i);
            field("Layer " + (i + 1), descriptor(layer));
            layer.urls().forEach(url -> field("", "also at " + printable(url)));
            annotations("                  ", layer.annotations());
        }
    }

    private void document(String kind, Digest digest, Manifest document) {
        heading(kind, digest, document.size());
        field("Media type", printable(document.mediaType()));
        document.artifactType().ifPresent(type -> field("Artifact type", printable(type)));
        document.subject().ifPresent(subject -> field("Subject", descriptor(subject)));
        named("Annotation", document.annotations());
        named("Unknown", document.unknownMembers());
    }

    private void schema1(Digest digest, Schema1Manifest manifest, Schema1Verification signatures) {
        document("Manifest of schema 1", digest, manifest);
        field("Signed part", manifest.isSigned() ? manifest.digest().toString() : "");
        field("Name", printable(manifest.name()));
        field("Tag", printable(manifest.tag()));
        field("Architecture", printable(manifest.architecture()));
        field(
                "Signatures",
                signatures.<String>fold(
                        trusted -> "valid, by " + signers(trusted.signers()),
                        selfSigned -> style.yellow("self-signed") + ", which proves nothing: the key "
                                + signers(selfSigned.signers()) + " comes with the manifest",
                        unsigned -> style.yellow("none"),
                        invalid ->
                                style.red("INVALID") + ", " + invalid.reason() + ": " + printable(invalid.message())));
        List<Schema1Manifest.Layer> layers = manifest.layers();
        for (int i = 0; i < layers.size(); i++) {
            Schema1Manifest.V1Image history = layers.get(i).history();
            field("Layer " + (i + 1), layers.get(i).blobSum() + (history.throwaway() ? "  empty" : ""));
            String created = history.created().map(time -> time + "  ").orElse("");
            field("", created + printable(String.join(" ", history.command())));
        }
    }

    private static String signers(List<Signer> signers) {
        return signers.stream()
                .map(signer -> signer.keyId() + " (" + signer.algorithm() + ")")
                .collect(Collectors.joining(", "));
    }

    private void config(Digest digest, ImageConfig config) {
        heading("Configuration", digest, config.bytes().length);
        field("Platform", printable(config.platform().specifier()));
        config.created().ifPresent(time -> field("Created", time.toString()));
        config.author().ifPresent(author -> field("Author", printable(author)));
        execution(config.execution());
        named("Unknown", config.unknownMembers());
        List<Digest> chainIds = config.chainIds();
        for (int i = 0; i < chainIds.size(); i++) {
            field("Layer " + (i + 1), "diffID  " + config.diffIds().get(i));
            field("", "chainID " + chainIds.get(i));
        }
        int number = 0;
        for (HistoryEntry entry : config.history()) {
            number++;
            String created = entry.created().map(time -> time + "  ").orElse("");
            String empty = entry.emptyLayer() ? "(no layer) " : "";
            field("Step " + number, created + empty + printable(entry.createdBy()));
        }
    }

    private void execution(ExecutionParameters execution) {
        field("User", printable(execution.user()));
        words("Entrypoint", execution.entrypoint());
        words("Command", execution.command());
        field("Working folder", printable(execution.workingDir()));
        execution.env().forEach(variable -> field("Variable", printable(variable)));
        words("Ports", execution.exposedPorts());
        words("Volumes", execution.volumes());
        field("Stop signal", printable(execution.stopSignal()));
        healthcheck(execution.healthcheck());
        words("Shell", execution.shell());
        words("On build", execution.onBuild());
        named("Label", execution.labels());
        named("Unknown", execution.unknownMembers());
    }

    private void healthcheck(Healthcheck check) {
        if (check.isDisabled()) {
            field("Health check", "disabled");
        } else if (check.isSet()) {
            words("Health check", check.test());
        }
    }

    private static String descriptor(Descriptor descriptor) {
        return descriptor.digest() + "  " + Sizes.of(descriptor.size()) + "  " + printable(descriptor.mediaType());
    }

    private void top(String name, String value) {
        out.println(style.bold(String.format(Locale.ROOT, "%-15s", name)) + value);
    }

    private void heading(String kind, Digest digest, long size) {
        out.println();
        out.println(style.bold(kind) + "  " + digest + "  " + Sizes.of(size));
    }

    /** Writes nothing for an empty value. */
    private void field(String name, String value) {
        if (!value.isEmpty()) {
            out.println(("  " + String.format(Locale.ROOT, "%-16s", name) + value).stripTrailing());
        }
    }

    private void words(String name, List<String> words) {
        if (!words.isEmpty()) {
            field(name, words.stream().map(word -> '"' + printable(word) + '"').collect(Collectors.joining(" ")));
        }
    }

    private void named(String name, Map<String, String> values) {
        values.forEach((key, value) -> field(name, printable(key) + " = " + printable(value)));
    }

    private void annotations(String indent, Map<String, String> values) {
        values.forEach(
                (name, value) -> out.println((indent + printable(name) + " = " + printable(value)).stripTrailing()));
    }

    private static String printable(String text) {
        return Quoted.printable(text);
    }
}
