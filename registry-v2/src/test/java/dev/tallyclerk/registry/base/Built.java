package dev.tallyclerk.registry.base;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds images without content: layers are words. */
final class Built {
    /** A tar archive without entries. */
    static final Digest EMPTY_LAYER = Digest.sha256Of(new byte[1024]);

    private final String name;
    private final List<Digest> layers = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final Map<String, String> labels = new LinkedHashMap<>();
    private String compression = "gzip";
    private String user = "";
    private Platform platform = Platform.of("linux", "amd64");

    private Built(String name) {
        this.name = name;
    }

    /** {@return an image with those layers on top of nothing} */
    static Built image(String name, String... layers) {
        return new Built(name).layers(layers);
    }

    /** {@return an image on top of another one, with its labels, and without annotations} */
    static Built on(Built base, String name, String... layers) {
        Built image = new Built(name);
        image.layers.addAll(base.layers);
        image.history.addAll(base.history);
        image.labels.putAll(base.labels);
        image.user = base.user;
        image.platform = base.platform;
        return image.layers(layers);
    }

    Built layers(String... more) {
        for (String layer : more) {
            layers.add(layer.isEmpty() ? EMPTY_LAYER : digest(layer));
            history.add(HistoryEntry.of("RUN " + layer));
        }
        return this;
    }

    static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Merges all layers into one, and keeps the history. */
    Built merged(String layer) {
        layers.clear();
        layers.add(digest(layer));
        history.replaceAll(entry -> entry.withEmptyLayer(true));
        return this;
    }

    Built withoutHistory() {
        history.clear();
        return this;
    }

    Built user(String name) {
        user = name;
        history.add(HistoryEntry.of("USER " + name).withEmptyLayer(true));
        return this;
    }

    Built compression(String kind) {
        compression = kind;
        return this;
    }

    Built platform(Platform other) {
        platform = other;
        return this;
    }

    /** Names the base in annotations; an empty text is left out. */
    Built annotated(String base, Built image) {
        return annotated(base, image.build().digest().toString());
    }

    Built annotated(String base, String digest) {
        return named(annotations, base, digest);
    }

    Built labelled(String base, String digest) {
        return named(labels, base, digest);
    }

    private Built named(Map<String, String> into, String base, String digest) {
        if (!base.isEmpty()) {
            into.put(BaseAnnotation.NAME, base);
        }
        if (!digest.isEmpty()) {
            into.put(BaseAnnotation.DIGEST, digest);
        }
        return this;
    }

    FleetImage build() {
        ImageConfig.Builder config = ImageConfig.builder(platform).user(user);
        layers.forEach(config::layer);
        history.forEach(config::history);
        labels.forEach(config::label);
        ImageConfig built = config.build();
        ImageManifest.Builder manifest = ImageManifest.builder(built.descriptor());
        for (Digest layer : layers) {
            manifest.layer(Descriptor.of(MediaType.OCI_LAYER_GZIP, digest(layer + compression), 100));
        }
        annotations.forEach(manifest::annotation);
        return FleetImage.of(name, manifest.build(), built);
    }

    static Reference reference(String name) {
        return Reference.parseNormalized(name);
    }
}
