package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generators of what documents consist of. */
final class TestGenerators {
    private TestGenerators() {}

    /** {@return text of any kind that JSON can interchange} */
    static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(12),
                Arbitraries.strings().ofMaxLength(6).map(TestGenerators::wellFormed),
                Arbitraries.of("", "\"", "\\", "\u0000", "\ud83d\ude00", "\u2028", "é", "\ufffd", "\ue000"));
    }

    private static String wellFormed(String text) {
        String decoded = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        decoded.codePoints()
                .filter(c -> (c & 0xFFFE) != 0xFFFE && (c < 0xFDD0 || c > 0xFDEF))
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    static Arbitrary<Map<String, String>> textMaps() {
        return Arbitraries.maps(texts(), texts()).ofMaxSize(4);
    }

    static Arbitrary<String> mediaTypes() {
        return Arbitraries.of(
                MediaType.OCI_CONFIG,
                MediaType.DOCKER_CONFIG,
                MediaType.OCI_MANIFEST,
                "application/vnd.oci.image.layer.v1.tar+gzip",
                "a/b",
                "text/x.y-z_0+w!#$&^");
    }

    static Arbitrary<Digest> digests() {
        return Arbitraries.oneOf(
                Arbitraries.integers().map(i -> Digest.sha256Of(new byte[] {(byte) (int) i})),
                Arbitraries.of("sha512:" + "0".repeat(128), "foo.bar:x=_-", "blake3:" + "a".repeat(64))
                        .map(Digest::parse));
    }

    static Arbitrary<Platform> platforms() {
        return Combinators.combine(
                        Arbitraries.of("linux", "windows", "Darwin", ""),
                        Arbitraries.of("amd64", "arm", "x86_64", ""),
                        Arbitraries.of("", "v7", "v8.2", "V8"),
                        texts(),
                        texts().list().ofMaxSize(2))
                .as((os, architecture, variant, version, features) -> Platform.of(os, architecture, variant)
                        .withOsVersion(version)
                        .withOsFeatures(features));
    }

    static Arbitrary<Descriptor> descriptors() {
        Arbitrary<Descriptor> plain = Combinators.combine(
                        mediaTypes(), digests(), Arbitraries.longs().greaterOrEqual(0))
                .as(Descriptor::of);
        Arbitrary<Descriptor> withData = Combinators.combine(mediaTypes(), texts())
                .as((type, text) -> Descriptor.ofContent(type, text.getBytes(StandardCharsets.UTF_8))
                        .withData(text.getBytes(StandardCharsets.UTF_8)));
        return Combinators.combine(
                        Arbitraries.oneOf(plain, withData),
                        textMaps(),
                        platforms().optional(),
                        mediaTypes().optional(),
                        Arbitraries.of("https://example.test/a%20b?c=d#e", "HTTP://[::1]:80/")
                                .list()
                                .ofMaxSize(2))
                .as((descriptor, annotations, platform, artifactType, urls) -> {
                    Descriptor out = descriptor.withAnnotations(annotations).withUrls(urls);
                    out = platform.isPresent() ? out.withPlatform(platform.get()) : out;
                    return artifactType.isPresent() ? out.withArtifactType(artifactType.get()) : out;
                });
    }

    static Arbitrary<Instant> times() {
        long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
        long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        return Combinators.combine(
                        Arbitraries.longs().between(first, last), Arbitraries.of(0, 1, 1000, 500_000_000, 999_999_999))
                .as((seconds, nanos) -> Instant.ofEpochSecond(seconds, nanos));
    }

    static Arbitrary<HistoryEntry> historyEntries() {
        return Combinators.combine(texts(), texts(), texts(), Arbitraries.of(true, false), times().optional())
                .as((createdBy, author, comment, empty, created) -> {
                    HistoryEntry entry = HistoryEntry.of(createdBy)
                            .withAuthor(author)
                            .withComment(comment)
                            .withEmptyLayer(empty);
                    return created.isPresent() ? entry.withCreated(created.get()) : entry;
                });
    }

    static Arbitrary<Healthcheck> healthchecks() {
        return Combinators.combine(
                        texts().list().ofMaxSize(3),
                        Arbitraries.longs(),
                        Arbitraries.longs().between(0, 10),
                        Arbitraries.integers())
                .as((test, interval, timeout, retries) -> new Healthcheck(
                        test,
                        Duration.ofNanos(interval),
                        Duration.ofNanos(timeout),
                        Duration.ofNanos(timeout),
                        Duration.ofNanos(interval),
                        retries,
                        Map.of()));
    }

    /** {@return fragments that break documents in telling ways} */
    static Arbitrary<String> fragments() {
        return Arbitraries.of(
                "",
                " ",
                ",",
                ":",
                "\"",
                "\\",
                "{",
                "}",
                "[",
                "]",
                "null",
                "true",
                "0",
                "-1",
                "1e9",
                "{}",
                "[]",
                "\"\"",
                "\"a\":1,",
                "\"layers\":[],",
                "\"Layers\":[],",
                "\"manifests\":[],",
                "\"signatures\":[],",
                "\u0000",
                "\\u0000",
                "\\ud800",
                "\ud83d\ude00",
                "9".repeat(30),
                "[".repeat(70),
                "x".repeat(300));
    }

    /** {@return documents of all kinds, whole} */
    static List<String> documents() {
        Descriptor layer = Descriptor.ofContent("a/b", new byte[] {1})
                .withData(new byte[] {1})
                .withAnnotations(Map.of("k", "v"))
                .withUrls(List.of("https://example.test/"));
        Descriptor entry = Descriptor.ofContent(MediaType.OCI_MANIFEST, new byte[3])
                .withPlatform(Platform.parse("windows(10.0.1+f)/arm/v7"));
        return List.of(
                text(ImageManifest.builder(Descriptor.ofContent(MediaType.OCI_CONFIG, new byte[2]))
                        .layer(layer)
                        .subject(entry)
                        .artifactType("x/y")
                        .annotation("a", "b")
                        .build()),
                text(ImageManifest.builder(Descriptor.ofContent(MediaType.DOCKER_CONFIG, new byte[2]))
                        .mediaType(MediaType.DOCKER_MANIFEST)
                        .layer(layer)
                        .build()),
                text(ImageIndex.builder().manifest(entry).subject(layer).build()),
                text(ImageIndex.builder()
                        .mediaType(MediaType.DOCKER_MANIFEST_LIST)
                        .manifest(entry)
                        .build()),
                Schema1ManifestTest.PAYLOAD,
                TestSigner.es256().sign(Schema1ManifestTest.PAYLOAD));
    }

    private static String text(Manifest manifest) {
        return new String(manifest.bytes(), StandardCharsets.UTF_8);
    }
}
