package dev.tallyclerk.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.MemorySource;
import dev.tallyclerk.registry.layout.LayoutException.Reason;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.SharedData;
import dev.tallyclerk.testing.TestImages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedArchiveTest {
    @TempDir
    Path folder = Path.of("");

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /** {@return a frame of Zstandard whose blocks are not compressed} */
    private static byte[] zstd(byte[] content) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("28b52ffd0050"));
        int most = 100_000;
        for (int at = 0; at < content.length; at += most) {
            int size = Math.min(most, content.length - at);
            int header = size << 3 | (at + size == content.length ? 1 : 0);
            out.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)});
            out.write(content, at, size);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private byte[] layout() throws IOException {
        Path layout = TestImages.writeLayout(Files.createTempDirectory(folder, "layout"));
        TestArchives tar = new TestArchives();
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                tar.file(layout.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return tar.finish();
    }

    private Reason refusal(byte[] file, LayoutLimits limits) throws IOException {
        Path temporary = Files.createTempDirectory(folder, "temporary");
        Path path = Files.write(folder.resolve("a.tar.gz"), file);
        Reason reason = assertThrows(
                        LayoutException.class,
                        () -> OciLayout.openArchive(path, limits, temporary).close())
                .reason();
        assertEquals(0, temporary.toFile().list().length, "nothing is left");
        return reason;
    }

    private Reason refusal(byte[] file) throws IOException {
        return refusal(file, LayoutLimits.defaults());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry/fixtures/tars/arm64-buildah-docker-archive.tar",
                "registry/fixtures/tars/ed-crane-legacy.tar",
                "registry/fixtures/tars/ed-crane-tarball.tar",
                "registry/fixtures/tars/ed-skopeo-docker-archive.tar",
                "hardening/oracle/images/app-root@1.0.docker.tar",
                "hardening/oracle/images/multi@1.docker.tar",
                "hardening/oracle/images/dangling.docker.tar",
                "hardening/oracle/images/kitchen-sink.docker.tar",
            })
    void readsADockerArchiveWhetherItIsCompressedOrNot(String name) throws IOException {
        Path plain = SharedData.require(name);
        Path gzipped = Files.write(folder.resolve("a.tar.gz"), gzip(Files.readAllBytes(plain)));
        try (DockerArchive one = DockerArchive.open(plain);
                DockerArchive other = DockerArchive.open(gzipped)) {
            assertEquals(one.references(), other.references());
            ImageSource image = one.references().isEmpty()
                    ? other.requireImage()
                    : other.requireImage(one.references().get(0));
            ImageSource same = one.references().isEmpty()
                    ? one.requireImage()
                    : one.requireImage(one.references().get(0));
            assertEquals(same.resolve().digest(), image.resolve().digest());
            assertEquals(Verdict.VERIFIED, ImageVerifier.create().verify(image).verdict());
        }
    }

    @Test
    void readsACompressedLayoutAndLeavesNothingBehind() throws IOException {
        Path temporary = Files.createTempDirectory(folder, "temporary");
        Path file = Files.write(folder.resolve("a.tgz"), gzip(layout()));
        try (OciLayout layout = OciLayout.openArchive(file, LayoutLimits.defaults(), temporary)) {
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(layout.requireImage()).verdict());
        }
        assertEquals(0, temporary.toFile().list().length);
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(
                    files.noneMatch(path -> String.valueOf(path.getFileName()).startsWith("tallyclerk-")));
        }
    }

    @Test
    void readsSeveralMembersAndEveryHeaderField() throws IOException {
        byte[] tar = layout();
        byte[] one = gzip(Arrays.copyOf(tar, 700));
        byte[] other = gzip(Arrays.copyOfRange(tar, 700, tar.length));
        byte[] fields = {0x1f, (byte) 0x8b, 8, 0b1_1110, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2, 'n', 0, 'c', 0};
        CRC32 crc = new CRC32();
        crc.update(fields);
        byte[] check = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        byte[] withFields = join(fields, check, Arrays.copyOfRange(other, 10, other.length));
        for (byte[] gzipped : List.of(join(one, other), join(one, gzip(new byte[0]), withFields))) {
            Path file = Files.write(folder.resolve("a.tgz"), gzipped);
            try (OciLayout layout = OciLayout.openArchive(file)) {
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create().verify(layout.requireImage()).verdict());
            }
        }
        check[0] ^= 1;
        byte[] wrong = join(fields, check, Arrays.copyOfRange(other, 10, other.length));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(join(one, wrong)));
    }

    /** The class of podman-desktop's issue 18757: 1 GiB of zeros in 1 MiB, here of many members. */
    @Test
    void refusesADecompressionBombEarly() throws IOException {
        byte[] member = gzip(new byte[16 << 20]);
        byte[] bomb = new byte[0];
        for (int i = 0; i < 64; i++) {
            bomb = join(bomb, member);
        }
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(bomb));
        LayoutLimits limits = LayoutLimits.defaults().withMaxTemporaryBytes(1 << 20);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(member, limits));
        LayoutLimits loose = LayoutLimits.defaults().withMaxRatio(2000).withMaxTemporaryBytes(100 << 20);
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(bomb, loose));
    }

    @Test
    void looksAtTheRatioFromTheSizeOnThatItIsTold() throws IOException {
        byte[] zeros = gzip(new byte[1 << 20]);
        LayoutLimits limits = LayoutLimits.defaults();
        assertEquals(Reason.NOT_AN_IMAGE, refusal(zeros, limits));
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(zeros, limits.withRatioFreeBytes(1 << 19)));
        assertEquals(Reason.NOT_AN_IMAGE, refusal(zeros, limits.withRatioFreeBytes(1 << 20)));
    }

    @Test
    void takesExactlyAsMuchAsTheLimitAllows() throws IOException {
        byte[] tar = layout();
        Path file = Files.write(folder.resolve("a.tgz"), gzip(tar));
        LayoutLimits limits = LayoutLimits.defaults().withMaxTemporaryBytes(tar.length);
        OciLayout.openArchive(file, limits, folder).close();
        assertEquals(Reason.LIMIT_EXCEEDED, refusal(gzip(tar), limits.withMaxTemporaryBytes(tar.length - 1)));
    }

    @Test
    void readsAnArchiveThatIsFilledUpWithZerosBehindTheGzip() throws IOException {
        Path file = Files.write(folder.resolve("a.tgz"), join(gzip(layout()), new byte[10_240]));
        try (OciLayout layout = OciLayout.openArchive(file)) {
            assertEquals(
                    Verdict.VERIFIED,
                    ImageVerifier.create().verify(layout.requireImage()).verdict());
        }
    }

    @Test
    void refusesWhatIsNotGzipToItsEnd() throws IOException {
        byte[] good = gzip(layout());
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(join(good, new byte[] {0, 1})));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(join(good, MemorySource.utf8("trailing"))));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(good, good.length - 1)));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(good, good.length / 2)));
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(Arrays.copyOf(good, 5)));
        byte[] crc = good.clone();
        crc[good.length - 8] ^= 1;
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(crc));
        byte[] size = good.clone();
        size[good.length - 1] ^= 1;
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(size));
        byte[] reserved = good.clone();
        reserved[3] = (byte) 0x80;
        assertEquals(Reason.MALFORMED_ARCHIVE, refusal(reserved));
    }

    @Test
    void doesNotDecompressTwice() throws IOException {
        assertEquals(Reason.NOT_AN_IMAGE, refusal(gzip(gzip(layout()))));
    }

    @Test
    void readsZstandardWithAFrameToBeSkippedBeforeItsContent() throws IOException {
        byte[] frame = zstd(layout());
        for (String skipped : List.of("", "502a4d1800000000", "5f2a4d1802000000ffff")) {
            byte[] whole = join(HexFormat.of().parseHex(skipped), frame);
            Path file = Files.write(folder.resolve("a.tar.zst"), whole);
            try (OciLayout layout = OciLayout.openArchive(file)) {
                assertEquals(
                        Verdict.VERIFIED,
                        ImageVerifier.create().verify(layout.requireImage()).verdict());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"fd377a585a0000", "425a683931"})
    void saysThatItCannotReadAnotherCompression(String hex) throws IOException {
        byte[] start = HexFormat.of().parseHex(hex);
        assertEquals(Reason.UNSUPPORTED, refusal(join(start, new byte[1000])));
    }

    @Test
    void saysWhereItCannotDecompress() throws IOException {
        Path file = Files.write(folder.resolve("a.tgz"), gzip(layout()));
        Path none = folder.resolve("none");
        var e = assertThrows(
                FileSystemException.class, () -> OciLayout.openArchive(file, LayoutLimits.defaults(), none));
        assertEquals(none.toString(), e.getFile());
    }
}
