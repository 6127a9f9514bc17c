package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageCopier;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** What is written is read, and whatever is read is right or refused. */
class LayoutProperties {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    private Path folder = Path.of("");

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("layouts");
    }

    @AfterProperty
    void removeFolder() throws IOException {
        clear(folder);
    }

    private static void clear(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void entriesOfATarFile(
            @ForAll @Size(max = 8) Map<@StringLength(min = 1, max = 200) @AlphaChars @NumericChars String, byte @Size(max = 1500) []>
                            files,
            @ForAll @IntRange(max = 3) int depth)
            throws IOException {
        Map<String, byte[]> written = new LinkedHashMap<>();
        var out = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(Channels.newChannel(out));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String path = "f/".repeat(depth) + file.getKey() + "x";
            written.put(path, file.getValue());
            tar.file(path, new ByteArrayInputStream(file.getValue()), file.getValue().length);
        }
        tar.folder("folder");
        tar.file("last", new byte[0]);
        tar.finish();
        Path file = Files.write(folder.resolve("written.tar"), out.toByteArray());
        try (TarFile read = TarFile.open(file, LayoutLimits.defaults(), folder)) {
            for (Map.Entry<String, byte[]> each : written.entrySet()) {
                try (InputStream in = read.open(each.getKey()).orElseThrow()) {
                    assertArrayEquals(each.getValue(), in.readAllBytes());
                }
            }
            assertEquals(0, read.size("last").orElseThrow());
            assertTrue(read.open("folder").isEmpty());
        }
    }

    @Provide
    Arbitrary<List<List<String>>> images() {
        Arbitrary<String> layer =
                Arbitraries.integers().between(0, 6).map(n -> "layer " + n + " " + "x".repeat(n * n * 400));
        return layer.list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(4);
    }

    /** Every form gives back every byte that it was given, whatever else is in it. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void imagesGoThroughEveryForm(@ForAll("images") List<List<String>> images, @ForAll boolean index)
            throws IOException {
        Path layoutFolder = Files.createTempDirectory(folder, "layout");
        Path tar = folder.resolve("oci.tar");
        Path dockerTar = folder.resolve("docker.tar");
        MemorySource source = new MemorySource();
        List<Descriptor> roots = new ArrayList<>();
        for (List<String> layers : images) {
            roots.add(source.image("linux/amd64", layers.toArray(String[]::new)));
        }
        if (index) {
            roots.add(source.index(List.copyOf(roots), List.of("linux/amd64")));
        }
        OciLayoutWriter layout = OciLayoutWriter.create(layoutFolder, Clock.fixed(NOW, ZoneOffset.UTC));
        ImageCopier copier = ImageCopier.create();
        try (OciArchiveWriter archive = OciArchiveWriter.create(tar);
                DockerArchiveWriter docker = DockerArchiveWriter.create(dockerTar)) {
            for (int i = 0; i < roots.size(); i++) {
                source.root(roots.get(i));
                copier.copy(source, layout.destination("n" + i));
                copier.copy(source, archive.destination("n" + i));
                if (roots.get(i).mediaType().equals(MediaType.OCI_MANIFEST)) {
                    copier.copy(source, docker.destination(Reference.parseNormalized("n:" + i)));
                }
            }
            archive.finish();
            docker.finish();
        }
        try (OciLayout one = OciLayout.open(layoutFolder);
                OciLayout other = OciLayout.openArchive(tar);
                DockerArchive third = DockerArchive.open(dockerTar)) {
            List<Digest> all = source.contents().keySet().stream().sorted().toList();
            assertEquals(all, one.blobs());
            assertEquals(all, other.blobs());
            for (Digest digest : all) {
                byte[] bytes = source.content(digest);
                Descriptor blob = Descriptor.of("a/b", digest, bytes.length);
                for (OciLayout each : List.of(one, other)) {
                    try (InputStream in = each.image(digest).blob(blob).orElseThrow()) {
                        assertArrayEquals(bytes, in.readAllBytes());
                    }
                }
            }
            for (int i = 0; i < roots.size(); i++) {
                assertEquals(
                        roots.get(i).digest(),
                        one.requireImage("n" + i).resolve().digest());
                assertEquals(
                        roots.get(i).digest(),
                        other.requireImage("n" + i).resolve().digest());
            }
            assertEquals(images.size(), third.references().size());
            for (int i = 0; i < images.size(); i++) {
                ImageVerification image =
                        ImageVerifier.create().verify(third.requireImage(Reference.parseNormalized("n:" + i)));
                assertEquals(Verdict.VERIFIED, image.verdict(), image.problems()::toString);
                assertEquals(configOf(source.root(roots.get(i))), configOf(image));
            }
        }
        clear(layoutFolder);
    }

    private static Digest configOf(ImageVerification image) {
        return image.manifest().orElseThrow().config().digest();
    }

    private static Digest configOf(ImageSource source) throws IOException {
        return configOf(ImageVerifier.create().verify(source));
    }

    /** Names move, images stay, and nothing else changes: as a list of names would. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void anIndexIsWhatWasLastSaid(@ForAll @Size(max = 12) List<@IntRange(max = 11) Integer> steps) throws IOException {
        IndexDocument document = IndexDocument.empty();
        Map<String, Digest> expected = new LinkedHashMap<>();
        List<Digest> digests = new ArrayList<>();
        for (int step : steps) {
            byte[] content = {(byte) (step % 3)};
            Descriptor root = Descriptor.of(MediaType.OCI_MANIFEST, Digest.sha256Of(content), 1 + step % 3);
            if (!digests.contains(root.digest())) {
                digests.add(root.digest());
            }
            int name = step / 3;
            if (name == 0) {
                document = document.with(root);
            } else {
                document = document.with(root, IndexDocument.Name.of("n" + name));
                expected.put("n" + name, root.digest());
            }
            document = IndexDocument.parse(folder, document.bytes(folder, LIMITS), LIMITS);
        }
        Map<String, Digest> actual = new LinkedHashMap<>();
        List<Digest> entries = new ArrayList<>();
        for (Descriptor entry : LayoutFiles.parseIndex(folder, document.bytes(folder, LIMITS), LIMITS)
                .manifests()) {
            entries.add(entry.digest());
            String name = entry.annotations().get(LayoutFiles.REF_NAME);
            if (name != null) {
                assertEquals(null, actual.put(name, entry.digest()));
            }
        }
        assertEquals(expected, actual);
        assertTrue(entries.containsAll(digests) && digests.containsAll(entries));
    }

    @Provide
    Arbitrary<byte[]> archives() {
        return Arbitraries.of(archive(false), archive(true));
    }

    private static MemorySource original() {
        MemorySource source = new MemorySource();
        return source.root(source.image("linux/amd64", "one", "two"));
    }

    /** An archive that is a layout and a docker archive. */
    private static byte[] archive(boolean gzip) {
        try {
            Path file = Files.createTempFile("whole", ".tar");
            try (DockerArchiveWriter archive = DockerArchiveWriter.create(file)) {
                ImageCopier.create().copy(original(), archive.destination(Reference.parseNormalized("app:1")));
                archive.finish();
            }
            byte[] tar = Files.readAllBytes(file);
            Files.delete(file);
            if (!gzip) {
                return tar;
            }
            var out = new ByteArrayOutputStream();
            try (var stream = new GZIPOutputStream(out)) {
                stream.write(tar);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever is changed, cut or repeated: an image is copied whole, or it is refused in a typed way. */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReportMode.OFF)
    void aDamagedArchiveIsRefusedOrStillRight(
            @ForAll("archives") byte[] whole, @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int changes)
            throws IOException {
        Random random = new Random(seed);
        byte[] damaged = whole.clone();
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> damaged[at] = (byte) "/.0\"{}[],:\0\377".charAt(random.nextInt(12));
                case 2 -> {
                    int block = random.nextInt(damaged.length) / 512 * 512;
                    int length = Math.min(512, damaged.length - Math.max(block, at / 512 * 512));
                    System.arraycopy(whole, block, damaged, at / 512 * 512, Math.max(0, length));
                }
                default -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
            }
        }
        Path file = Files.write(folder.resolve("damaged.tar"), damaged);
        Path target = folder.resolve("copied.tar");
        try (OciLayout layout = OciLayout.openArchive(file);
                OciArchiveWriter archive = OciArchiveWriter.create(target)) {
            ImageCopier.create().copy(layout.requireImage(), archive.destination());
            archive.finish();
            assertEquals(layout.requireImage().resolve().digest(), rootOf(target));
            layout.blobs();
        } catch (IOException e) {
            assertTyped(e);
        }
        Optional<Verdict> verdict = Optional.empty();
        try (DockerArchive docker = DockerArchive.open(file)) {
            ImageVerification image = ImageVerifier.create().verify(docker.requireImage());
            verdict = Optional.of(image.verdict());
            if (image.verdict() == Verdict.VERIFIED) {
                assertIsTheOriginal(image, docker.requireImage());
            }
        } catch (IOException e) {
            assertTyped(e);
        }
        // Else the damage is never found where it has to be, or never misses what counts.
        Statistics.label("verdict").collect(verdict);
        Statistics.label("verdict").coverage(coverage -> {
            coverage.check(Optional.of(Verdict.VERIFIED)).percentage(share -> share > 1);
            coverage.check(Optional.of(Verdict.FAILED)).percentage(share -> share > 1);
            coverage.check(Optional.empty()).percentage(share -> share > 1);
        });
    }

    private static void assertIsTheOriginal(ImageVerification image, ImageSource source) throws IOException {
        MemorySource original = original();
        ImageVerification first = ImageVerifier.create().verify(original);
        assertEquals(configOf(first), configOf(image));
        assertEquals(
                first.config().orElseThrow().diffIds(),
                image.config().orElseThrow().diffIds());
        for (Descriptor layer : image.manifest().orElseThrow().layers()) {
            try (InputStream in = source.unverifiedBlob(layer).orElseThrow()) {
                assertArrayEquals(original.content(layer.digest()), in.readAllBytes());
            }
        }
    }

    private static Digest rootOf(Path tar) throws IOException {
        try (OciLayout layout = OciLayout.openArchive(tar)) {
            for (Digest blob : layout.blobs()) {
                try (InputStream in = layout.image(blob)
                        .unverifiedBlob(Descriptor.of("a/b", blob, 0))
                        .orElseThrow()) {
                    assertEquals(blob, Digest.of(blob.algorithm(), in.readAllBytes()));
                }
            }
            return layout.requireImage().resolve().digest();
        }
    }

    private static void assertTyped(IOException e) {
        assertTrue(e.getClass().getName().startsWith("dev.tallyclerk."), "not an exception of ours: " + e);
    }

    @Provide
    Arbitrary<String> documents() {
        return Arbitraries.of(
                "{}",
                "[]",
                "null",
                "\"\"",
                "{\"schemaVersion\":2,\"manifests\":null}",
                "{\"schemaVersion\":2,\"manifests\":[null]}",
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":0,\"annotations\":null}]}",
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"x:y\",\"size\":9223372036854775807}]}",
                "[{\"Config\":\"index.json\",\"Layers\":[\"index.json\"],\"RepoTags\":null}]",
                "[{\"Config\":\"oci-layout\",\"Layers\":[]}]",
                "[{\"Config\":\"manifest.json\",\"Layers\":[\"a/b/../c\"]}]",
                "{\"imageLayoutVersion\":\"1.0.0\"}",
                "{\"imageLayoutVersion\":1}",
                "{\"imageLayoutVersion\":null}",
                "\0");
    }

    /** Any document in any place. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void anyDocumentsAreReadOrRefused(
            @ForAll("documents") String index,
            @ForAll("documents") String manifest,
            @ForAll("documents") String marker,
            @ForAll boolean repositories)
            throws IOException {
        TestArchives tar = new TestArchives()
                .file("index.json", index)
                .file("manifest.json", manifest)
                .file("oci-layout", marker);
        if (repositories) {
            tar.file("repositories", index);
        }
        Path file = Files.write(folder.resolve("documents.tar"), tar.finish());
        try (OciLayout layout = OciLayout.openArchive(file)) {
            ImageCopier.create()
                    .copy(
                            layout.requireImage(),
                            OciLayoutWriter.create(folder.resolve("target"), Clock.fixed(NOW, ZoneOffset.UTC))
                                    .destination());
        } catch (IOException e) {
            assertTyped(e);
        }
        try (DockerArchive docker = DockerArchive.open(file)) {
            assertNotEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(docker.requireImage()).verdict(),
                    "no document here is a configuration");
        } catch (IOException e) {
            assertTyped(e);
        }
    }
}
