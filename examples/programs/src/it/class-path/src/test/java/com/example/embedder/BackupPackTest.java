package com.example.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RulePack;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.audit.files.FileRulePack;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rule on files of a third party's own, found, and run in the pass that verifies an image. */
class BackupPackTest {
    private static final ClassLoader LOADER = BackupPack.class.getClassLoader();
    private static final List<RuleSet> INSTALLED = RulePack.installed(LOADER);

    /** {@return a layer with one empty file} */
    private static byte[] layer(String name) {
        byte[] tar = new byte[3 * 512];
        put(tar, 0, name);
        put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0" + "00000000000\0" + "00000000000\0" + "        0");
        put(tar, 257, "ustar\00000");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += tar[i];
        }
        put(tar, 148, String.format("%06o\0 ", sum));
        return tar;
    }

    private static void put(byte[] tar, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, tar, at, bytes.length);
    }

    private static ImageSource image(String name) {
        byte[] layer = layer(name);
        ImageConfig config = ImageConfig.builder(Platform.of("linux", "amd64"))
                .layer(Digest.sha256Of(layer))
                .build();
        ImageManifest manifest = ImageManifest.builder(config.descriptor())
                .layer(Descriptor.ofContent(MediaType.OCI_LAYER, layer))
                .build();
        return BuiltImage.of(
                "the test",
                manifest,
                Map.of(
                        config.digest(),
                        BlobContent.of(config.bytes()),
                        Digest.sha256Of(layer),
                        BlobContent.of(layer)));
    }

    private static Outcome.Kind judge(ImageSource image, FileSystemAnalyzer files) throws IOException {
        return Admission.of(Auditor.of(Policy.defaults(), INSTALLED))
                .withFileSystemAnalyzer(files)
                .check(image)
                .audit()
                .orElseThrow()
                .findings()
                .stream()
                .filter(finding -> finding.rule().id().value().equals("ACME-100"))
                .findFirst()
                .orElseThrow()
                .kind();
    }

    @Test
    void itsRuleIsJudgedInThePassThatVerifies() throws IOException {
        FileSystemAnalyzer files = FileSystemAnalyzer.create().withChecks(FileRulePack.installed(LOADER));

        assertEquals(Outcome.Kind.FAIL, judge(image("srv/shop.sql.bak"), files));
        assertEquals(Outcome.Kind.PASS, judge(image("srv/shop.sql"), files));
    }

    @Test
    void aRuleWithoutItsCheckDoesNotPass() throws IOException {
        assertEquals(Outcome.Kind.UNKNOWN, judge(image("srv/shop.sql"), FileSystemAnalyzer.create()));
    }
}
