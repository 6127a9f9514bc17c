package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What builders write is what they were told, is read as that, and is the same each time. */
class BuilderProperties {
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    @Property
    void aManifestIsWhatItWasToldToBe(
            @ForAll("descriptors") Descriptor config,
            @ForAll @Size(min = 1, max = 4) List<@From("descriptors") Descriptor> layers,
            @ForAll("descriptors") Descriptor subject,
            @ForAll("textMaps") Map<String, String> annotations)
            throws IOException {
        ImageManifest.Builder builder =
                ImageManifest.builder(config).subject(subject).artifactType("a/b");
        layers.forEach(builder::layer);
        annotations.forEach(builder::annotation);
        ImageManifest manifest = builder.build();
        assertEquals(config, manifest.config());
        assertEquals(layers, manifest.layers());
        assertEquals(Optional.of(subject), manifest.subject());
        assertEquals(Optional.of("a/b"), manifest.artifactType());
        assertEquals(annotations, manifest.annotations());
        assertEquals(Map.of(), manifest.unknownMembers());
        assertEquals(manifest, Manifest.parse(manifest.bytes(), LIMITS));
        assertEquals(
                manifest,
                Manifest.parseVerified(
                        manifest.bytes(),
                        manifest.mediaType(),
                        ResolvedDigest.of(manifest.digest(), "the test"),
                        LIMITS));
        assertArrayEquals(manifest.bytes(), builder.build().bytes());
        ImageManifest.Builder again =
                ImageManifest.builder(config).artifactType("a/b").subject(subject);
        new TreeMap<>(annotations).descendingMap().forEach(again::annotation);
        layers.forEach(again::layer);
        assertArrayEquals(manifest.bytes(), again.build().bytes());
    }

    @Property
    void anIndexIsWhatItWasToldToBe(
            @ForAll @Size(max = 4) List<@From("descriptors") Descriptor> manifests,
            @ForAll("textMaps") Map<String, String> annotations)
            throws IOException {
        ImageIndex.Builder builder = ImageIndex.builder();
        manifests.forEach(builder::manifest);
        annotations.forEach(builder::annotation);
        ImageIndex index = builder.build();
        assertEquals(manifests, index.manifests());
        assertEquals(annotations, index.annotations());
        assertEquals(index, Manifest.parse(index.bytes(), MediaType.OCI_INDEX, LIMITS));
        assertArrayEquals(index.bytes(), builder.build().bytes());
    }

    @Property
    void aConfigurationIsWhatItWasToldToBe(
            @ForAll("platforms") Platform platform,
            @ForAll("times") Instant created,
            @ForAll("texts") String text,
            @ForAll("textMaps") Map<String, String> labels,
            @ForAll("healthchecks") Healthcheck check,
            @ForAll @Size(max = 3) List<@From("historyEntries") HistoryEntry> history,
            @ForAll @Size(max = 3) List<@From("digests") Digest> diffIds)
            throws IOException {
        ImageConfig.Builder builder = ImageConfig.builder(platform)
                .created(created)
                .author(text)
                .user(text)
                .workingDir(text)
                .stopSignal(text)
                .env("N", text)
                .entrypoint(List.of(text, "x"))
                .command(List.of(text))
                .onBuild(List.of(text))
                .shell(List.of("/bin/sh", text))
                .exposedPorts(List.of(text, "80", text))
                .volumes(List.of(text))
                .healthcheck(check)
                .argsEscaped(true);
        labels.forEach(builder::label);
        history.forEach(builder::history);
        diffIds.forEach(builder::layer);
        ImageConfig config = builder.build();
        assertEquals(platform, config.platform());
        assertEquals(Optional.of(created), config.created());
        assertEquals(text, config.author().orElse(""));
        assertEquals(text, config.execution().user());
        assertEquals(text, config.execution().workingDir());
        assertEquals(text, config.execution().stopSignal());
        assertEquals(List.of("N=" + text), config.execution().env());
        assertEquals(List.of(text, "x"), config.execution().entrypoint());
        assertEquals(List.of(text), config.execution().command());
        assertEquals(List.of(text), config.execution().onBuild());
        assertEquals(List.of("/bin/sh", text), config.execution().shell());
        assertEquals(
                new HashSet<>(List.of(text, "80")).size(),
                config.execution().exposedPorts().size());
        assertEquals(List.of(text), config.execution().volumes());
        assertEquals(check, config.execution().healthcheck());
        assertEquals(labels, config.execution().labels());
        assertEquals(history, config.history());
        assertEquals(diffIds, config.diffIds());
        assertEquals(Map.of(), config.unknownMembers());
        assertEquals(Map.of(), config.execution().unknownMembers());
        assertEquals(config, ImageConfig.parse(config.bytes()));
        assertArrayEquals(config.bytes(), builder.build().bytes());
    }

    @Provide
    Arbitrary<Descriptor> descriptors() {
        return TestGenerators.descriptors();
    }

    @Provide
    Arbitrary<Map<String, String>> textMaps() {
        return TestGenerators.textMaps();
    }

    @Provide
    Arbitrary<String> texts() {
        return TestGenerators.texts();
    }

    @Provide
    Arbitrary<Platform> platforms() {
        return TestGenerators.platforms();
    }

    @Provide
    Arbitrary<Instant> times() {
        return TestGenerators.times();
    }

    @Provide
    Arbitrary<Healthcheck> healthchecks() {
        return TestGenerators.healthchecks();
    }

    @Provide
    Arbitrary<HistoryEntry> historyEntries() {
        return TestGenerators.historyEntries();
    }

    @Provide
    Arbitrary<Digest> digests() {
        return TestGenerators.digests();
    }
}
