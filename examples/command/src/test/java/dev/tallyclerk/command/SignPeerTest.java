package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.DockerRegistry;
import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.TestImages;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real cosign accepts what the command signs and attaches in a real docker-registry. */
class SignPeerTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HOME", "/nonexistent", "TALLYCLERK_KEY_PASSWORD", "test");

    @TempDir
    Path folder = Path.of("");

    /** cosign must not find anything of the user's, nor ask for a password. */
    private boolean cosign(String line) throws IOException, InterruptedException {
        return cosign(line, Map.of());
    }

    private boolean cosign(String line, Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Peers.require("cosign").toString()));
        command.addAll(List.of(line.split(" ")));
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("COSIGN_PASSWORD", "test");
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return fail(command + " did not end");
        }
        return process.exitValue() == 0;
    }

    private void verifies(String line) throws IOException, InterruptedException {
        assertEquals(true, cosign(line), () -> line + ": " + output());
    }

    private void refuses(String line) throws IOException, InterruptedException {
        assertEquals(false, cosign(line), () -> line + ": " + output());
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void command(String line) {
        CommandRun run =
                CommandRun.of(ENVIRONMENT, line.replace("DIR/", folder + "/").split(" "));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), () -> line + ": " + run);
    }

    /** A key of cosign, and one of ours on another curve. */
    private void makeKeys() throws IOException, InterruptedException, SigningException {
        verifies("generate-key-pair --output-key-prefix theirs");
        verifies("generate-key-pair --output-key-prefix other");
        KeyPair pair = SigningKeys.generate(SigningKeys.Kind.ECDSA_P384);
        Files.write(folder.resolve("ours.key"), SigningKeys.encryptedPem(pair.getPrivate(), "test".toCharArray()));
        Files.writeString(
                folder.resolve("ours.pub"),
                SigningKeys.publicPem(
                        SigningKeys.of(pair.getPrivate(), pair.getPublic()).publicKey()));
        KeyPair edwards = SigningKeys.generate(SigningKeys.Kind.ED25519);
        Files.write(folder.resolve("ed.key"), SigningKeys.encryptedPem(edwards.getPrivate(), "test".toCharArray()));
        Files.writeString(
                folder.resolve("ed.pub"),
                SigningKeys.publicPem(SigningKeys.of(edwards.getPrivate(), edwards.getPublic())
                        .publicKey()));
        Files.writeString(folder.resolve("slsa.json"), """
                {"buildDefinition": {"buildType": "https://example.test/build",
                  "externalParameters": {"source": "https://git.test/acme/shop"}},
                 "runDetails": {"builder": {"id": "https://builder.test/v1"}}}""");
        Files.writeString(folder.resolve("spdx.json"), """
                {"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "shop", "dataLicense": "CC0-1.0",
                 "documentNamespace": "https://sbom.test/1", "creationInfo": {"created": "2026-01-01T00:00:00Z",
                 "creators": ["Tool: test"]}, "packages": []}""");
    }

    /** {@return what the command line printed that has to succeed} */
    private String printed(String line) {
        CommandRun run =
                CommandRun.of(ENVIRONMENT, line.replace("DIR/", folder + "/").split(" "));
        assertEquals(ExitCode.ACCEPTED, run.exitCode(), () -> line + ": " + run);
        return run.out();
    }

    @Test
    void cosignAcceptsAnIndexAndItsImagesByAKeyMadeHere() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            command("key generate DIR/made");
            IndexedImages images = IndexedImages.write(folder.resolve("index"));
            String name = registry.host() + "/team/";
            command("copy --all-platforms " + images.source() + " docker://" + name + "ours:1");
            command("copy --all-platforms " + images.source() + " docker://" + name + "theirs:1");
            String options = " --key made.pub --insecure-ignore-tlog --allow-http-registry ";
            command("sign docker://" + name + "ours:1 --key DIR/made.key");
            verifies("verify" + options + name + "ours:1");
            refuses("verify" + options + name + "ours@" + images.arm());
            command("sign --recursive docker://" + name + "ours:1 --key DIR/made.key");
            // cosign signs with our key, and the same manifests.
            verifies("sign --yes --recursive --key made.key --tlog-upload=false --allow-http-registry " + name
                    + "theirs:1");
            for (Digest digest : List.of(images.root(), images.nested(), images.amd(), images.arm())) {
                for (String repository : List.of("ours", "theirs")) {
                    verifies("verify" + options + name + repository + "@" + digest);
                    command("trust verify docker://" + name + repository + "@" + digest + " --key DIR/made.pub");
                }
            }
            assertEquals(Files.readString(folder.resolve("made.pub")), printed("key public --key DIR/made.key"));
        }
    }

    @Test
    void cosignAcceptsBundlesOfAnIndexAndItsImages() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            command("key generate DIR/made --algorithm ed25519");
            IndexedImages images = IndexedImages.write(folder.resolve("index"));
            String name = registry.host() + "/team/bundles";
            command("copy --all-platforms " + images.source() + " docker://" + name + ":1");
            command("sign --recursive docker://" + name + ":1 --key DIR/made.key --form bundle");
            Path root = ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign/trusted_root.json");
            for (Digest digest : List.of(images.root(), images.nested(), images.amd(), images.arm())) {
                verifies("verify-attestation --key made.pub --type https://sigstore.dev/cosign/sign/v1"
                        + " --insecure-ignore-tlog --allow-http-registry --new-bundle-format --trusted-root " + root
                        + " " + name + "@" + digest);
            }
        }
    }

    private String push(DockerRegistry registry, String repository) throws IOException {
        Path layout = folder.resolve("layout");
        if (!Files.exists(layout)) {
            TestImages.writeLayout(Files.createDirectories(layout));
        }
        String name = registry.host() + "/" + repository + ":1";
        command("copy oci:DIR/layout:1.0 docker://" + name);
        return name;
    }

    @Test
    void cosignAcceptsClassicSignaturesBesideItsOwn() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String image = push(registry, "team/classic");
            String options = " --insecure-ignore-tlog --allow-http-registry " + image;
            refuses("verify --key theirs.pub" + options);
            command("sign docker://" + image + " --key DIR/theirs.key -a env=prod");
            verifies("verify --key theirs.pub" + options);
            verifies("verify --key theirs.pub -a env=prod" + options);
            refuses("verify --key theirs.pub -a env=test" + options);
            refuses("verify --key other.pub" + options);
            verifies("sign --yes --key other.key --tlog-upload=false --allow-http-registry " + image);
            command("sign docker://" + image + " --key DIR/ours.key");
            command("sign docker://" + image + " --key DIR/ed.key");
            for (String key : List.of("theirs", "other", "ours", "ed")) {
                verifies("verify --key " + key + ".pub" + options);
                command("trust verify docker://" + image + " --key DIR/" + key + ".pub");
            }
        }
    }

    @Test
    void cosignAcceptsClassicAttestations() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String image = push(registry, "team/attested");
            String options = " --insecure-ignore-tlog --allow-http-registry " + image;
            command("attest docker://" + image
                    + " --key DIR/theirs.key --type slsaprovenance1 --predicate DIR/slsa.json");
            command("attest docker://" + image + " --key DIR/ours.key --type spdxjson --predicate DIR/spdx.json");
            verifies("verify-attestation --key theirs.pub --type slsaprovenance1" + options);
            verifies("verify-attestation --key ours.pub --type spdxjson" + options);
            refuses("verify-attestation --key ours.pub --type slsaprovenance1" + options);
            refuses("verify-attestation --key other.pub --type spdxjson" + options);
        }
    }

    @Test
    void cosignAndTheCommandReadEachOthersBillsOfMaterials() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String source = new LayeredImage()
                    .file("app/node_modules/ms/package.json", "{\"name\":\"ms\",\"version\":\"2.0.0\"}")
                    .write(Files.createDirectory(folder.resolve("packages")));
            String image = registry.host() + "/team/sbom:1";
            command("copy " + source + " docker://" + image);
            String options = " --insecure-ignore-tlog --allow-http-registry " + image;
            command("sbom attach docker://" + image + " --format cyclonedx --key DIR/ours.key");
            verifies("verify-attestation --key ours.pub --type cyclonedx" + options);
            refuses("verify-attestation --key ours.pub --type spdxjson" + options);
            refuses("verify-attestation --key other.pub --type cyclonedx" + options);
            Files.writeString(folder.resolve("sbom.json"), printed("sbom docker://" + image + " --format spdx"));
            verifies("attest --yes --key theirs.key --type spdxjson --predicate sbom.json --tlog-upload=false"
                    + " --allow-http-registry " + image);
            command("sbom attach docker://" + image + " --sbom DIR/sbom.json");
            String report = printed("sbom verify docker://" + image);
            List<String> results = report.lines()
                    .filter(line -> !line.startsWith(" "))
                    .sorted()
                    .toList();
            assertEquals(3, results.size(), report);
            assertEquals(
                    3,
                    results.stream()
                            .filter(line -> line.startsWith("accepted: "))
                            .count(),
                    report);
            assertEquals(
                    2,
                    results.stream()
                            .filter(line -> line.endsWith(" in an attestation)"))
                            .count(),
                    report);
        }
    }

    /** cosign 2 verifies signatures in bundles as attestations only. */
    @Test
    void cosignAcceptsBundles() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String image = push(registry, "team/bundled");
            Path root = ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign/trusted_root.json");
            String options = " --insecure-ignore-tlog --allow-http-registry --new-bundle-format --trusted-root " + root
                    + " " + image;
            String signature = " --type https://sigstore.dev/cosign/sign/v1" + options;
            command("sign docker://" + image + " --key DIR/theirs.key --form bundle -a env=prod");
            command("attest docker://" + image
                    + " --key DIR/ours.key --form bundle --type spdxjson --predicate DIR/spdx.json");
            verifies("verify-attestation --key theirs.pub" + signature);
            refuses("verify-attestation --key other.pub" + signature);
            refuses("verify-attestation --key ours.pub" + signature);
            verifies("verify-attestation --key ours.pub --type spdxjson" + options);
            refuses("verify-attestation --key theirs.pub --type spdxjson" + options);
            command("trust verify docker://" + image + " --key DIR/theirs.pub");
        }
    }

    @Test
    void cosignReadsAndExtendsWhatIsAttachedInAnotherRepository() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String image = push(registry, "team/elsewhere");
            String signatures = registry.host() + "/team/signatures";
            Map<String, String> there = Map.of("COSIGN_REPOSITORY", signatures);
            String repository = " --signature-repository " + signatures;
            String options = " --insecure-ignore-tlog --allow-http-registry " + image;
            command("sign docker://" + image + " --key DIR/ours.key" + repository);
            command("attest docker://" + image + " --key DIR/ours.key --type spdxjson --predicate DIR/spdx.json"
                    + repository);
            assertTrue(cosign("verify --key ours.pub" + options, there), this::output);
            assertTrue(cosign("verify-attestation --key ours.pub --type spdxjson" + options, there), this::output);
            refuses("verify --key ours.pub" + options);
            refuses("verify-attestation --key ours.pub --type spdxjson" + options);

            assertTrue(
                    cosign("sign --yes --key theirs.key --tlog-upload=false --allow-http-registry " + image, there),
                    this::output);
            command("sign docker://" + image + " --key DIR/ed.key" + repository);
            for (String key : List.of("ours", "theirs", "ed")) {
                assertTrue(cosign("verify --key " + key + ".pub" + options, there), this::output);
                command("trust verify docker://" + image + " --key DIR/" + key + ".pub" + repository);
            }
            // A layout can have its signatures in a registry.
            command("sign oci:DIR/layout:1.0 --name " + image + " --key DIR/other.key" + repository);
            assertTrue(cosign("verify --key other.pub" + options, there), this::output);
        }
    }

    /** cosign 2 writes and reads bundles beside the image, whatever {@code COSIGN_REPOSITORY} says. */
    @Test
    void onlyThisCommandReadsBundlesInAnotherRepository() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder)) {
            makeKeys();
            String image = push(registry, "team/elsewhere");
            String signatures = registry.host() + "/team/signatures";
            Map<String, String> there = Map.of("COSIGN_REPOSITORY", signatures);
            Path root = ProjectFiles.root().resolve("trust/src/test/resources/testdata/cosign/trusted_root.json");
            command("sign docker://" + image + " --key DIR/ours.key --form bundle --signature-repository "
                    + signatures);
            command("trust verify docker://" + image + " --key DIR/ours.pub --signature-repository " + signatures);
            String verify = "verify-attestation --key ours.pub --type https://sigstore.dev/cosign/sign/v1"
                    + " --insecure-ignore-tlog --allow-http-registry --new-bundle-format --trusted-root " + root + " "
                    + image;
            assertFalse(cosign(verify, there), this::output);
            command("sign docker://" + image + " --key DIR/ours.key --form bundle");
            assertTrue(cosign(verify, there), this::output);
        }
    }
}
