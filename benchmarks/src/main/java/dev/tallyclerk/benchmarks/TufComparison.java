package dev.tallyclerk.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.internal.json.CanonicalScanner;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureVerifier;
import dev.tallyclerk.trust.key.VerificationKey;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tink.TinkEngine;
import dev.tallyclerk.trust.tuf.FreshMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The TUF engine against sigstore-java and python-tuf, the canonical form against a Jackson tree and SHA-256, and the
 * signature engines against the Java runtime's.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class TufComparison {
    private static final int FEW = 10_000;
    private static final int MANY = 50_000;
    private static final int SLICE = 16 * 1024;
    private static final TufLimits LIMITS =
            TufLimits.defaults().withTargetsBytes(20_000_000).withSnapshotBytes(5_000_000);
    private static final JsonLimits JSON = JsonLimits.ofBytes(20_000_000);

    private final Comparison comparison;

    private TufComparison(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        var run = new TufComparison(comparison);
        run.canonicalForm();
        run.refreshes();
        run.lookups();
        run.signatures();
        new TufProcesses(comparison).run();
    }

    private void canonicalForm() throws Exception {
        comparison.section("Canonical form of 10,000 targets");
        byte[] sorted = TufRepository.of(1, FEW).file("1.targets.json");
        byte[] unsorted = unsorted();
        CanonicalScanner scanner = new CanonicalScanner(JSON);
        ObjectMapper jackson = new ObjectMapper();
        compare("in order : tree of Jackson's and its form", 6, scan(scanner, sorted), tree(jackson, sorted));
        compare("out of order : tree of Jackson's and its form", 3, scan(scanner, unsorted), tree(jackson, unsorted));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        // At most 1.8 times as slow.
        compare("in order : SHA-256 of the same bytes", 1 / 1.8, scan(scanner, sorted), () -> {
            for (int i = 0; i < sorted.length; i += SLICE) {
                sha256.update(sorted, i, Math.min(SLICE, sorted.length - i));
            }
            return sha256.digest().length;
        });
        long before = FreshJvm.allocated();
        scanner.scan(sorted);
        comparison.fact("allocated for a document in order, bytes", String.valueOf(FreshJvm.allocated() - before));
        byte[] longer = TufRepository.of(1, MANY).file("1.targets.json");
        scanner.scan(longer);
        before = FreshJvm.allocated();
        scanner.scan(longer);
        comparison.fact("allocated for one of 50,000 targets, bytes", String.valueOf(FreshJvm.allocated() - before));
    }

    /** Compares the two after a warm-up: large subjects need more runs to be compiled than a round has. */
    private void compare(String name, double goal, Work subject, Work yardstick) throws Exception {
        warmUp(subject);
        warmUp(yardstick);
        comparison.add(name, goal, subject, yardstick);
    }

    private void warmUp(Work work) throws Exception {
        if (!comparison.effort().equals(Effort.SMOKE)) {
            comparison.time(work, comparison.effort().rounds() * 12L);
        }
    }

    private static Work scan(CanonicalScanner scanner, byte[] document) {
        return () -> {
            scanner.scan(document);
            return scanner.length();
        };
    }

    private static Work tree(ObjectMapper jackson, byte[] document) {
        return () -> {
            StringBuilder out = new StringBuilder(document.length);
            write(jackson.readTree(document), out);
            return out.toString().getBytes(StandardCharsets.UTF_8).length;
        };
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            List<Map.Entry<String, JsonNode>> members = new ArrayList<>(node.properties());
            members.sort(Map.Entry.comparingByKey());
            String separator = "{";
            for (Map.Entry<String, JsonNode> member : members) {
                quote(member.getKey(), out.append(separator));
                write(member.getValue(), out.append(':'));
                separator = ",";
            }
            out.append(members.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String separator = "[";
            for (JsonNode element : node) {
                write(element, out.append(separator));
                separator = ",";
            }
            out.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isTextual()) {
            quote(node.textValue(), out);
        } else {
            out.append(node.asText());
        }
    }

    private static void quote(String text, StringBuilder out) {
        boolean plain = text.indexOf('"') < 0 && text.indexOf('\\') < 0;
        String escaped = plain ? text : text.replace("\\", "\\\\").replace("\"", "\\\"");
        out.append('"').append(escaped).append('"');
    }

    private static byte[] unsorted() {
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            targets.add("\"" + TufRepository.path(i) + "\":{\"length\":" + (1000 + i) + ",\"hashes\":{\"sha256\":\""
                    + "0123456789abcdef".repeat(4) + "\"}}");
        }
        Collections.shuffle(targets, new Random(1));
        String document = "{\"signed\":{\"targets\":{" + String.join(",", targets) + "}},\"signatures\":[]}";
        return document.getBytes(StandardCharsets.UTF_8);
    }

    private static TufClient client(TufRepository repository, SignatureEngine engine) {
        return client(repository, engine, MetadataStore.inMemory());
    }

    private static TufClient client(TufRepository repository, SignatureEngine engine, MetadataStore store) {
        return TufClient.of(repository, store, repository.file("1.root.json"))
                .withLimits(LIMITS)
                .withEngine(engine);
    }

    private static Work refresh(TufRepository repository, SignatureEngine engine) {
        return () -> client(repository, engine).refresh().start().toEpochMilli();
    }

    private void refreshes() throws Exception {
        comparison.section("Refreshes in memory, from an empty store");
        TufRepository few = TufRepository.of(1, FEW);
        TufRepository many = TufRepository.of(1, MANY);
        TufRepository chain = TufRepository.of(12, 10);
        SignatureEngine fast = BouncyCastleEngine.of();
        // Sigstore-java verifies with Bouncy Castle too.
        TufRepository fewOfP256 = TufRepository.ofP256(1, FEW);
        compare(
                "10,000 targets, Ed25519, Bouncy Castle : sigstore-java",
                8,
                refresh(few, fast),
                () -> SigstoreTuf.refresh(few));
        compare(
                "10,000 targets, P-256, Bouncy Castle : sigstore-java",
                8,
                refresh(fewOfP256, fast),
                () -> SigstoreTuf.refresh(fewOfP256));
        compare("12 roots, Bouncy Castle : sigstore-java", 5, refresh(chain, fast), () -> SigstoreTuf.refresh(chain));
        againstPython("10,000 targets : python-tuf", few);
        againstPython("50,000 targets : python-tuf", many);
        compare(
                "50,000 targets, Ed25519, Bouncy Castle : sigstore-java",
                8,
                refresh(many, fast),
                () -> SigstoreTuf.refresh(many));
        intoFiles("10,000 targets, Ed25519, each with its store of files : sigstore-java", few, fast);
        intoFiles("50,000 targets, Ed25519, each with its store of files : sigstore-java", many, fast);
        TufRepository manyOfP256 = TufRepository.ofP256(1, MANY);
        compare(
                "50,000 targets, P-256, Bouncy Castle : sigstore-java",
                8,
                refresh(manyOfP256, fast),
                () -> SigstoreTuf.refresh(manyOfP256));
        TufClient living = client(few, SignatureEngine.runtime());
        living.refresh();
        compare(
                "10,000 targets, again with nothing new : the first",
                5,
                () -> living.refresh().start().toEpochMilli(),
                refresh(few, SignatureEngine.runtime()));
        TufRepository bins = TufRepository.ofBins(14);
        Work binsRefresh = refresh(bins, SignatureEngine.runtime());
        warmUp(binsRefresh);
        comparison.fact(
                "16,384 bins, a snapshot of " + bins.file("1.snapshot.json").length + " bytes (goal: below 20 ms)",
                millis(comparison.time(binsRefresh, comparison.effort().rounds())));
        long before = FreshJvm.allocated();
        client(few, SignatureEngine.runtime()).refresh();
        comparison.fact(
                "allocated for 10,000 targets in " + few.file("1.targets.json").length + " bytes",
                String.valueOf(FreshJvm.allocated() - before));
    }

    /** Compares refreshes that keep the metadata in files, each in a new folder. */
    private void intoFiles(String name, TufRepository repository, SignatureEngine engine) throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            Path ours = folder.resolve("ours");
            Path theirs = folder.resolve("theirs");
            compare(
                    name,
                    8,
                    () -> {
                        client(repository, engine, MetadataStore.inDirectory(emptied(ours)))
                                .refresh();
                        return ours.hashCode();
                    },
                    () -> SigstoreTuf.refresh(repository, emptied(theirs)));
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return Files.createDirectory(folder);
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }

    private void againstPython(String name, TufRepository repository) throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            repository.writeTo(folder);
            Optional<PythonTuf> python = PythonTuf.in(folder);
            if (python.isEmpty()) {
                comparison.fact(name, "skipped, python-tuf is not there");
                return;
            }
            Work ours = refresh(repository, SignatureEngine.runtime());
            warmUp(ours);
            comparison.measure(
                    name, 3, () -> comparison.time(ours, 10), () -> python.get().warmNanos());
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private void lookups() throws Exception {
        comparison.section("Looking a target up");
        lookup("of 100 targets", TufRepository.of(1, 100), TufRepository.path(50));
        lookup("of 50,000 targets", TufRepository.of(1, MANY), TufRepository.path(25_000));
        lookup(
                "behind 256 patterns",
                TufRepository.ofRoles(256, "paths", i -> String.format(Locale.ROOT, "dir-%02x/*", i)),
                "dir-80/some-package.tar.gz");
        lookup(
                "behind 256 hash prefixes",
                TufRepository.ofRoles(256, "path_hash_prefixes", i -> String.format(Locale.ROOT, "%02x", i)),
                "some-package.tar.gz");
        lookup("behind 256 bins", TufRepository.ofBins(8), "some-package.tar.gz");
        compareLookups(
                "behind 4,096 patterns : behind 16",
                TufRepository.ofRoles(4096, "paths", i -> String.format(Locale.ROOT, "dir-%03x/*", i)),
                "dir-800/some-package.tar.gz",
                TufRepository.ofRoles(16, "paths", i -> String.format(Locale.ROOT, "dir-%03x/*", i)),
                "dir-008/some-package.tar.gz");
        compareLookups(
                "behind 4,096 hash prefixes : behind 16",
                TufRepository.ofRoles(4096, "path_hash_prefixes", i -> String.format(Locale.ROOT, "%03x", i)),
                "some-package.tar.gz",
                TufRepository.ofRoles(16, "path_hash_prefixes", i -> String.format(Locale.ROOT, "%x", i)),
                "some-package.tar.gz");
        compareLookups(
                "behind 4,096 bins : behind 16",
                TufRepository.ofBins(12),
                "some-package.tar.gz",
                TufRepository.ofBins(4),
                "some-package.tar.gz");
    }

    private void compareLookups(String name, TufRepository many, String pathOfMany, TufRepository few, String pathOfFew)
            throws Exception {
        FreshMetadata large = client(many, SignatureEngine.runtime()).refresh();
        FreshMetadata small = client(few, SignatureEngine.runtime()).refresh();
        comparison.add(name, 0.5, () -> found(large, pathOfMany), () -> found(small, pathOfFew));
    }

    private void lookup(String name, TufRepository repository, String path) throws Exception {
        FreshMetadata metadata = client(repository, SignatureEngine.runtime()).refresh();
        Work work = () -> found(metadata, path);
        comparison.time(work, comparison.effort().roundNanos() / 400);
        double nanos = comparison.time(work, comparison.effort().roundNanos() / 400 + 1);
        comparison.fact(name, String.format(Locale.ROOT, "%.0f ns", nanos));
    }

    private static long found(FreshMetadata metadata, String path) throws TufException {
        return metadata.target(path).isPresent() ? 1 : 0;
    }

    private void signatures() throws Exception {
        comparison.section("Signatures");
        byte[] message = new byte[256];
        boolean old = Runtime.version().feature() < 25;
        KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] signed = sign("Ed25519", ed25519, message);
        VerificationKey key = VerificationKey.parse("ed25519", "ed25519", hex(ed25519));
        Work runtime = verify(SignatureEngine.runtime(), key, message, signed);
        // The fastest engine. The next takes twice as long, to reject every signature that the runtime rejects.
        comparison.add(
                "Ed25519, Bouncy Castle with the cofactor : the runtime's",
                8,
                verify(BouncyCastleEngine.of().withCofactor(true), key, message, signed),
                runtime);
        comparison.add(
                "Ed25519, Bouncy Castle : the runtime's",
                verify(BouncyCastleEngine.of(), key, message, signed),
                runtime);
        comparison.add("Ed25519, Tink : the runtime's", verify(TinkEngine.of(), key, message, signed), runtime);
        p256(message, old ? 12 : 4.5);
        rsa(message);
    }

    private void p256(byte[] message, double goal) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] signed = sign("SHA256withECDSA", pair, message);
        VerificationKey key = VerificationKey.parse("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", pem(pair));
        Work runtime = verify(SignatureEngine.runtime(), key, message, signed);
        comparison.add(
                "P-256, Bouncy Castle : the runtime's",
                goal,
                verify(BouncyCastleEngine.of(), key, message, signed),
                runtime);
        comparison.add("P-256, Tink : the runtime's", verify(TinkEngine.of(), key, message, signed), runtime);
    }

    private void rsa(byte[] message) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.initSign(pair.getPrivate());
        signature.update(message);
        byte[] signed = signature.sign();
        VerificationKey key = VerificationKey.parse("rsa", "rsassa-pss-sha256", pem(pair));
        Work jdk = verify(SignatureEngine.runtime(), key, message, signed);
        comparison.add(
                "RSA-PSS of 2048 bits, Bouncy Castle : the runtime's",
                verify(BouncyCastleEngine.of(), key, message, signed),
                jdk);
        comparison.add(
                "RSA-PSS of 2048 bits, Tink : the runtime's", verify(TinkEngine.of(), key, message, signed), jdk);
    }

    static String pem(KeyPair pair) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static Work verify(SignatureEngine engine, VerificationKey key, byte[] message, byte[] signature) {
        SignatureVerifier verifier = engine.verifierFor(key).orElseThrow();
        return () -> {
            if (!verifier.verify(message, signature)) {
                throw new IllegalStateException("wrong signature");
            }
            return 1;
        };
    }

    static String hex(KeyPair pair) {
        byte[] encoded = pair.getPublic().getEncoded();
        return HexFormat.of().formatHex(encoded, encoded.length - 32, encoded.length);
    }

    static byte[] sign(String algorithm, KeyPair pair, byte[] message) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
    }
}
