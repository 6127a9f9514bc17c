package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.inventory.InventoryAnalyzer;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program that audits images in a heap of the test's choice: the layouts that are its arguments, or else an image of
 * ten million entries. Prints a line for each image: its name, milliseconds, and how many parts of it are unknown.
 */
final class AuditedInChild {
    private static final int ENTRIES = 10_000_000;

    private AuditedInChild() {}

    public static void main(String[] layouts) throws IOException {
        if (layouts.length == 0) {
            audit("many", tenMillionEntries());
        }
        for (String layout : layouts) {
            try (ImageSource source = ImageLocation.parse("oci:" + layout).open(name -> {
                throw new IllegalArgumentException("not in a registry: " + name);
            })) {
                audit(String.valueOf(Path.of(layout).getFileName()), source);
            }
        }
    }

    private static void audit(String name, ImageSource source) throws IOException {
        long start = System.nanoTime();
        FileSystemAnalyzer files = FileSystemAnalyzer.create();
        InventoryAnalyzer packages = InventoryAnalyzer.create();
        ImageVerification image = ImageVerifier.create()
                .withMergeOptions(MergeOptions.defaults()
                        .withMaxEntries(2 * ENTRIES)
                        .withLayerLimits(LayerLimits.defaults().withMaxEntries(2 * ENTRIES)))
                .withAnalyzer(files)
                .withAnalyzer(packages)
                .verify(source);
        AuditReport report = Auditor.of(Policy.defaults().withProfile(Profile.STRICT), FileSystemRules.ruleSet())
                .audit(List.of(FileSystemSubject.of(image, files)));
        long unknown = report.findings().stream()
                        .filter(finding -> finding.kind().isUndecided())
                        .count()
                + image.result(packages).orElseThrow().problems().size();
        System.out.println(name + " " + (System.nanoTime() - start) / 1_000_000 + " " + unknown);
    }

    private static ImageSource tenMillionEntries() throws IOException {
        Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, digest(), ManyEntries.size(ENTRIES));
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .layer(layer.digest())
                .build();
        ImageManifest manifest =
                ImageManifest.builder(config.descriptor()).layer(layer).build();
        return BuiltImage.of(
                "ten million entries",
                manifest,
                Map.of(
                        config.digest(),
                        BlobContent.of(config.bytes()),
                        layer.digest(),
                        () -> new ManyEntries(ENTRIES)));
    }

    private static Digest digest() throws IOException {
        MessageDigest hash = DigestAlgorithm.SHA256.newMessageDigest().orElseThrow();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = new ManyEntries(ENTRIES)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.ofHash(DigestAlgorithm.SHA256, hash.digest());
    }

    /** An archive of empty files, ten thousand in each directory, that is made while it is read. */
    private static final class ManyEntries extends InputStream {
        private static final int BLOCK = 512;
        private static final int NAME = "d/0000/0000".length();

        private final byte[] block;
        private final int entries;
        private int next;
        private int at = BLOCK;

        ManyEntries(int entries) {
            this.entries = entries;
            this.block = TestTar.Header.of("d/0000/0000", '0').bytes();
        }

        static long size(int entries) {
            return (long) BLOCK * (entries + 2);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("too slow");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            int done = 0;
            while (done < length && (at < BLOCK || fill())) {
                int n = Math.min(length - done, BLOCK - at);
                System.arraycopy(block, at, buffer, offset + done, n);
                at += n;
                done += n;
            }
            return done == 0 && length > 0 ? -1 : done;
        }

        private boolean fill() {
            if (next == entries + 2) {
                return false;
            }
            if (next < entries) {
                int number = next;
                for (int i = NAME - 1; i >= 2; i--) {
                    if (block[i] != '/') {
                        block[i] = (byte) ('0' + number % 10);
                        number /= 10;
                    }
                }
                checksum();
            } else {
                Arrays.fill(block, (byte) 0);
            }
            next++;
            at = 0;
            return true;
        }

        private void checksum() {
            for (int i = 148; i < 156; i++) {
                block[i] = ' ';
            }
            int sum = 0;
            for (byte each : block) {
                sum += each & 0xff;
            }
            for (int i = 153; i >= 148; i--) {
                block[i] = (byte) ('0' + (sum & 7));
                sum >>= 3;
            }
            block[154] = 0;
        }
    }
}
