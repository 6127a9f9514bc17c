package dev.tallyclerk.registry.filesystem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.filesystem.CorpusLayout.Layer;
import dev.tallyclerk.registry.filesystem.Engines.Loaded;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layer.LayerException;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.verify.ImageVerification;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.testing.Peers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images of many writers, each loaded by umoci, podman, containerd and us: an image is refused only where two engines
 * make different files of it, or where its tar headers have two readings.
 */
class EngineCorpusTest {
    private static final int LEAST = 150;

    @TempDir
    Path folder = Path.of("");

    /** What becomes of an image. */
    private enum Expected {
        /** Every engine and we make the same files of it. */
        ALIKE,
        /** umoci refuses it; podman, containerd and we make the same files of it. */
        REFUSED_BY_UMOCI,
        /** An engine refuses it or makes other files of it, and we refuse it. */
        ENGINES_DIFFER,
        /** Engines agree, but another tar reader sees other files, and we refuse it. */
        READERS_DIFFER
    }

    private final Map<String, Expected> expected = new LinkedHashMap<>();

    private static byte[] tree(String root) {
        return new TestTar()
                .directory(root + "etc/")
                .file(root + "etc/passwd", "root:x:0:0::/:/bin/sh\n")
                .symbolicLink(root + "link", "etc/passwd")
                .hardLink(root + "copy", root + "etc/passwd")
                .entry(Header.of(root + "bin/su", '0').mode(04755).owner(0, 7).size(1), new byte[1])
                .entry(Header.of(root + "tmp/", '5').mode(01777))
                .file(root + "gone/a", "a")
                .finish();
    }

    private static byte[] changes(String root) {
        return new TestTar()
                .file(root + "etc/new", "n")
                .whiteout(root + ".wh.gone")
                .file(root + "link", "a file now")
                .finish();
    }

    private void add(CorpusLayout corpus, String name, Expected expectation, byte[]... tars) throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (byte[] tar : tars) {
            layers.add(Layer.plain(tar));
        }
        expected.put(name, expectation);
        corpus.add(name, layers);
    }

    /** Names with each beginning, in each type of layer and manifest, compressed or not. */
    private void addForms(CorpusLayout corpus) throws IOException {
        Map<String, String> roots = Map.of("buildah", "", "bazel", "./", "buildpacks", "/");
        for (Map.Entry<String, String> writer : new TreeMap<>(roots).entrySet()) {
            byte[] lower = tree(writer.getValue());
            byte[] upper = changes(writer.getValue());
            for (boolean docker : new boolean[] {false, true}) {
                for (boolean gzip : new boolean[] {false, true}) {
                    for (int count = 1; count <= 2; count++) {
                        List<Layer> layers = new ArrayList<>();
                        for (byte[] tar : List.of(lower, upper).subList(0, count)) {
                            String type = (docker ? CorpusLayout.DOCKER : CorpusLayout.OCI)
                                    + (gzip ? docker ? ".gzip" : "+gzip" : "");
                            layers.add(new Layer(tar, gzip ? CorpusLayout.gzipped(tar) : tar, type));
                        }
                        String name = writer.getKey() + (docker ? "-docker" : "-oci") + (gzip ? "-gzip" : "") + count;
                        expected.put(name, Expected.ALIKE);
                        corpus.add(name, layers);
                    }
                }
            }
        }
    }

    /** The archives of GNU tar, libarchive and Python in all their formats. */
    private void addArchives(CorpusLayout corpus) throws IOException, InterruptedException {
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/b/file"), "content");
        Files.createSymbolicLink(tree.resolve("a/link"), Path.of("b/file"));
        Files.createLink(tree.resolve("a/hard"), tree.resolve("a/b/file"));
        Path deep = Files.createDirectories(folder.resolve("deep"));
        Files.writeString(
                Files.createDirectories(deep.resolve("d".repeat(60) + "/" + "e".repeat(60)))
                        .resolve("f".repeat(60)),
                "deep");
        Path sparse = Files.createDirectories(folder.resolve("sparse"));
        try (var file = new RandomAccessFile(sparse.resolve("holes").toFile(), "rw")) {
            file.setLength(1 << 18);
            file.seek(1 << 17);
            file.write(1);
        }
        for (String format : List.of("v7", "oldgnu", "gnu", "ustar", "posix")) {
            List<Path> trees = format.equals("v7") ? List.of(tree) : List.of(tree, deep);
            for (Path root : trees) {
                for (String start : List.of(".", "a", "d".repeat(60))) {
                    if (Files.exists(root.resolve(start))) {
                        byte[] tar = written("tar", "--format=" + format, "-C", root.toString(), "-cf", "OUT", start);
                        String name = "gnutar-" + format + "-" + root.getFileName() + (start.equals(".") ? "-dot" : "");
                        add(corpus, name, Expected.ALIKE, tar);
                    }
                }
            }
        }
        for (String version : List.of("0.0", "0.1", "1.0")) {
            byte[] tar = written(
                    "tar",
                    "--format=posix",
                    "--sparse",
                    "--sparse-version=" + version,
                    "-C",
                    sparse.toString(),
                    "-cf",
                    "OUT",
                    ".");
            add(corpus, "gnutar-sparse-" + version, Expected.ALIKE, tar);
        }
        add(
                corpus,
                "gnutar-sparse-gnu",
                Expected.ENGINES_DIFFER,
                written("tar", "--format=gnu", "--sparse", "-C", sparse.toString(), "-cf", "OUT", "."));
        for (String format : List.of("ustar", "pax", "gnutar", "v7tar")) {
            for (Path root : format.equals("v7tar") ? List.of(tree) : List.of(tree, deep)) {
                byte[] tar = written("bsdtar", "--format=" + format, "-C", root.toString(), "-cf", "OUT", ".");
                add(corpus, "bsdtar-" + format + "-" + root.getFileName(), Expected.ALIKE, tar);
            }
        }
        for (String format : List.of("USTAR", "GNU", "PAX")) {
            for (Path root : List.of(tree, deep)) {
                byte[] tar = written(
                        "python3",
                        "-c",
                        "import sys,tarfile; t=tarfile.open(sys.argv[1],'w',format=tarfile." + format
                                + "_FORMAT); t.add(sys.argv[2],'x'); t.close()",
                        "OUT",
                        root.toString());
                add(
                        corpus,
                        "python-" + format.toLowerCase(Locale.ROOT) + "-" + root.getFileName(),
                        Expected.ALIKE,
                        tar);
            }
        }
    }

    /** {@return what a program writes to the file that stands for OUT} */
    private byte[] written(String program, String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("written.tar");
        List<String> command = new ArrayList<>(List.of(Peers.require(program).toString()));
        for (String argument : arguments) {
            command.add(argument.equals("OUT") ? out.toString() : argument);
        }
        Peers.run(folder, command.toArray(String[]::new));
        return Files.readAllBytes(out);
    }

    /** Documents that break the specification. */
    private void addDocuments(CorpusLayout corpus) throws IOException {
        Map<String, UnaryOperator<String>> configs = new LinkedHashMap<>();
        configs.put("no-architecture", text -> text.replace("\"architecture\":\"amd64\",", ""));
        configs.put("null-label", text -> text.replace("\"n\":", "\"x\":null,\"n\":"));
        configs.put("null-history", text -> text.replace("\"history\":[]", "\"history\":[null]"));
        configs.put("nixery", text -> text.replace("\"config\":{", "\"config\":{\"cmd\":[\"/bin/sh\"],"));
        configs.put("null-history-list", text -> text.replace("\"history\":[]", "\"history\":null"));
        configs.put("null-labels", text -> text.replaceFirst("\"Labels\":", "\"Env\":null,\"Labels\":"));
        configs.put("unknown", text -> text.replace("\"os\":", "\"x\":{\"y\":[1]},\"os\":"));
        configs.put("blanks", text -> " " + text.replace(",", " ,\n ") + "\n");
        for (Map.Entry<String, UnaryOperator<String>> each : configs.entrySet()) {
            expected.put(each.getKey(), Expected.ALIKE);
            corpus.add(each.getKey(), List.of(Layer.gzip(tree(""))), each.getValue(), UnaryOperator.identity());
        }
        Map<String, UnaryOperator<String>> manifests = new LinkedHashMap<>();
        String type = "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",";
        manifests.put("no-media-type", text -> text.replace(type, ""));
        manifests.put("empty-media-type", text -> text.replace(type, "\"mediaType\":\"\","));
        manifests.put("empty-artifact-type", text -> text.replace(type, type + "\"artifactType\":\"\","));
        manifests.put("null-annotations", text -> text.replace(type, type + "\"annotations\":null,"));
        for (Map.Entry<String, UnaryOperator<String>> each : manifests.entrySet()) {
            expected.put(each.getKey(), Expected.ALIKE);
            corpus.add(each.getKey(), List.of(Layer.gzip(tree(""))), UnaryOperator.identity(), each.getValue());
        }
        Map<String, UnaryOperator<String>> refused = new LinkedHashMap<>();
        refused.put("no-os", text -> text.replace("\"os\":\"linux\",", ""));
        refused.put("other-root", text -> text.replace("\"type\":\"layers\"", "\"type\":\"other\""));
        for (Map.Entry<String, UnaryOperator<String>> each : refused.entrySet()) {
            expected.put(each.getKey(), Expected.REFUSED_BY_UMOCI);
            corpus.add(each.getKey(), List.of(Layer.gzip(tree(""))), each.getValue(), UnaryOperator.identity());
        }
        byte[] gzipped = CorpusLayout.gzipped(tree(""));
        expected.put("gzip-called-tar", Expected.ENGINES_DIFFER);
        corpus.add("gzip-called-tar", List.of(new Layer(tree(""), gzipped, CorpusLayout.OCI)));
    }

    /** Headers that no current tool writes. */
    private void addHeaders(CorpusLayout corpus) throws IOException {
        Header sized = Header.of("b", '1').link("a").size(1);
        Map<String, TestTar> alike = new LinkedHashMap<>();
        alike.put(
                "kaniko-parents",
                new TestTar().directory("a/").directory("a/b/").file("a/b/c", "x"));
        alike.put("jib-epoch", new TestTar().entry(Header.of("a", '0').time(1)));
        alike.put("no-parents", new TestTar().file("a/b/c/d", "x"));
        alike.put(
                "v7-folder",
                new TestTar().entry(Header.of("a/", '\0').magic("").mode(0755)).file("a/b", "x"));
        alike.put("v7-file", new TestTar().entry(Header.of("a", '\0').magic("").size(1), new byte[1]));
        alike.put("sized-link", new TestTar().file("a", "x").entry(sized).file("c", "y"));
        alike.put(
                "sized-folder",
                new TestTar().entry(Header.of("a/", '5').mode(0755).size(512)).file("a/b", "x"));
        alike.put(
                "sized-symbolic-link-last",
                new TestTar().file("a", "x").entry(Header.of("b", '2').link("a").size(1)));
        alike.put(
                "pax-comment",
                new TestTar().pax('x', TestTar.record("comment", "x")).file("a", "x"));
        alike.put(
                "empty-records",
                new TestTar().pax('x', TestTar.record("uname", "")).file("a", "x"));
        alike.put(
                "fraction",
                new TestTar().pax('x', TestTar.record("mtime", "1.5")).file("a", "x"));
        alike.put(
                "large-owner",
                new TestTar().pax('x', TestTar.record("uid", "70000")).file("a", "x"));
        alike.put("long-link", new TestTar().gnu('K', "t".repeat(150)).symbolicLink("a", "t"));
        alike.put("prefix", new TestTar().entry(Header.of("c", '0').prefix("a/b")));
        alike.put("latin1-name", new TestTar().entry(Header.of("\u00e4", '0')));
        alike.put(
                "control-free-odd-names",
                new TestTar().file("a b", "x").file("-c", "y").file("d'\"", "z"));
        alike.put("pipe", new TestTar().entry(Header.of("p", '6')));
        alike.put("devices", new TestTar().entry(Header.of("null", '3').device(1, 3)));
        alike.put("dangling", new TestTar().symbolicLink("a", "nowhere").symbolicLink("b", "/etc/nothing"));
        alike.put("slashes", new TestTar().file("a//b", "x").file("./c/./d", "y"));
        alike.put(
                "modes",
                new TestTar()
                        .entry(Header.of("a", '0').mode(0))
                        .entry(Header.of("b", '0').mode(06777))
                        .entry(Header.of("c/", '5').mode(01777)));
        alike.put(
                "equal-realsize",
                new TestTar().pax('x', TestTar.record("SCHILY.realsize", "1")).file("a", "x"));
        alike.put("empty", new TestTar());
        for (Map.Entry<String, TestTar> each : alike.entrySet()) {
            add(corpus, each.getKey(), Expected.ALIKE, each.getValue().finish());
        }
        byte[] global = new TestTar()
                .pax('g', TestTar.record("comment", "x"))
                .file("a", "x")
                .finish();
        add(corpus, "global", Expected.REFUSED_BY_UMOCI, global);
        add(corpus, "no-end", Expected.ALIKE, new TestTar().file("a", "x").unfinished());
        add(
                corpus,
                "padded-end",
                Expected.ALIKE,
                new TestTar().file("a", "x").raw(new byte[10240]).finish());

        Map<String, TestTar> readers = new LinkedHashMap<>();
        readers.put(
                "sized-symbolic-link",
                new TestTar().entry(Header.of("b", '2').link("a").size(1)).file("c", "y"));
        readers.put(
                "sized-pipe", new TestTar().entry(Header.of("b", '6').size(1)).file("c", "y"));
        readers.put(
                "sized-link-pax",
                new TestTar()
                        .pax('x', TestTar.record("mtime", "1"))
                        .file("a", "x")
                        .entry(sized)
                        .file("c", "y"));
        readers.put(
                "realsize",
                new TestTar().pax('x', TestTar.record("SCHILY.realsize", "2")).file("a", "x"));
        readers.put(
                "solaris-holes",
                new TestTar().pax('x', TestTar.record("SUN.holesdata", " 0 1")).file("a", "x"));
        readers.put(
                "blank-size", new TestTar().entry(Header.of("a", '0').put(124, 12, TestTar.latin1(" ".repeat(12)))));
        readers.put(
                "gnu-times",
                new TestTar().entry(Header.of("a", '0').magic("ustar  \0").octal(345, 12, 5)));
        readers.put("slash-file", new TestTar().entry(Header.of("a/", '0').mode(0755)));
        for (Map.Entry<String, TestTar> each : readers.entrySet()) {
            add(corpus, each.getKey(), Expected.READERS_DIFFER, each.getValue().finish());
        }
        add(
                corpus,
                "contiguous",
                Expected.ENGINES_DIFFER,
                new TestTar().entry(Header.of("a", '7')).finish());
    }

    /** Layers that put names, links and whiteouts over each other at random. */
    private void addRandom(CorpusLayout corpus) throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            List<byte[]> tars = new ArrayList<>();
            for (int layer = 0; layer < 2; layer++) {
                TestTar tar = new TestTar();
                HashSet<String> names = new HashSet<>();
                for (int step = 0; step < 4; step++) {
                    String top = "abc".charAt(random.nextInt(3)) + "" + (layer == 0 ? "" : random.nextInt(2));
                    if (!names.add(top)) {
                        continue;
                    }
                    switch (random.nextInt(5)) {
                        case 0 -> tar.file(top, "content " + random.nextInt(3));
                        case 1 -> tar.directory(top + "/").file(top + "/x", "x");
                        case 2 -> tar.symbolicLink(top, "b");
                        case 3 -> tar.entry(Header.of(top, '0').mode(0640).owner(random.nextInt(9), 5));
                        default -> tar.entry(Header.of(top + "/", '5').mode(0711));
                    }
                }
                tars.add(tar.finish());
            }
            add(corpus, "random" + i, Expected.ALIKE, tars.toArray(byte[][]::new));
        }
    }

    /** Images by buildah, podman, umoci and skopeo. */
    private void addTools(CorpusLayout corpus, Engines engines) throws IOException, InterruptedException {
        Path source = folder.resolve("tree");
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("one"), "1");
        Files.writeString(
                context.resolve("Containerfile"),
                "FROM scratch\nCOPY one /one\nADD one /two/\nENV A=b\nUSER 7:8\nLABEL x=y\nCMD [\"/one\"]\n");
        List<String> buildah = List.of(
                Peers.require("buildah").toString(),
                "--root=" + folder.resolve("buildah"),
                "--runroot=" + folder.resolve("buildah-run"),
                "--storage-driver=vfs");
        for (String format : List.of("oci", "docker")) {
            for (String layers : List.of("true", "false")) {
                String name = "buildah-" + format + "-layers-" + layers;
                ok(engines.run(Engines.with(
                        buildah,
                        "build",
                        "--isolation=chroot",
                        "--format=" + format,
                        "--layers=" + layers,
                        "-t",
                        name,
                        context.toString())));
                push(corpus, engines, buildah, name, "oci");
            }
        }
        String container =
                ok(engines.run(Engines.with(buildah, "from", "scratch"))).strip();
        ok(engines.run(Engines.with(buildah, "copy", container, source.toString(), "/")));
        ok(engines.run(Engines.with(buildah, "config", "--env=A=b", "--cmd=/x", container)));
        ok(engines.run(Engines.with(buildah, "commit", container, "buildah-commit")));
        push(corpus, engines, buildah, "buildah-commit", "oci");
        ok(engines.run(engines.podman("build", "--isolation=chroot", "-t", "podman-build", context.toString())));
        push(corpus, engines, engines.podman(), "podman-build", "oci");
        Path layout = folder.resolve("umoci");
        ok(engines.run(List.of("umoci", "init", "--layout", layout.toString())));
        String image = layout + ":umoci";
        ok(engines.run(List.of("umoci", "new", "--image", image)));
        ok(engines.run(List.of("umoci", "insert", "--image", image, source.toString(), "/in")));
        ok(engines.run(List.of("umoci", "config", "--image", image, "--config.cmd", "/x", "--config.env", "A=b")));
        for (int i = 0; i < 2; i++) {
            Path bundle = folder.resolve("bundle" + i);
            ok(engines.run(List.of("umoci", "unpack", "--image", image, bundle.toString())));
            Files.writeString(bundle.resolve("rootfs/new" + i), "x");
            Files.deleteIfExists(bundle.resolve("rootfs/in/a/link"));
            ok(engines.run(List.of("umoci", "repack", "--image", image, bundle.toString())));
            Path only = folder.resolve("only" + i);
            ok(engines.run(List.of("skopeo", "--insecure-policy", "copy", "-q", "oci:" + image, "oci:" + only + ":x")));
            expected.put("umoci" + i, Expected.ALIKE);
            corpus.addOf("umoci" + i, only);
        }
        Path archive = folder.resolve("docker.tar");
        ok(engines.run(List.of(
                "skopeo", "--insecure-policy", "copy", "-q", "oci:" + image, "docker-archive:" + archive + ":x:y")));
        List<List<String>> copies = List.of(
                List.of("docker-archive:" + archive),
                List.of("docker-archive:" + archive, "--dest-compress-format=gzip", "--dest-compress"),
                List.of("oci:" + image, "--dest-decompress"),
                List.of("oci:" + image, "--format=v2s2", "--dest-compress-level=1"));
        for (int i = 0; i < copies.size(); i++) {
            Path only = folder.resolve("copy" + i);
            List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "-q"));
            command.addAll(copies.get(i));
            command.add("oci:" + only + ":x");
            ok(engines.run(command));
            expected.put("skopeo" + i, Expected.ALIKE);
            corpus.addOf("skopeo" + i, only);
        }
    }

    private void push(CorpusLayout corpus, Engines engines, List<String> tool, String name, String transport)
            throws IOException, InterruptedException {
        Path layout = folder.resolve("pushed-" + name);
        ok(engines.run(Engines.with(tool, "push", "-q", name, transport + ":" + layout + ":x")));
        expected.put(name, Expected.ALIKE);
        corpus.addOf(name, layout);
    }

    private static String ok(Engines.Ended ended) {
        assertTrue(ended.isOk(), ended::toString);
        return ended.out();
    }

    /** {@return the files that we make of an image, or why we make none} */
    private Loaded ours(OciLayout layout, String name) throws IOException {
        try (ImageSource image = layout.image(name).orElseThrow()) {
            ImageVerification verification = ImageVerifier.create().verify(image);
            if (verification.verdict() != ImageVerification.Verdict.VERIFIED) {
                return new Loaded(Map.of(), verification.problems().toString());
            }
            Path target = folder.resolve("ours-" + name);
            ExtractionResult result = ImageExtractor.of(
                            ExtractionOptions.defaults().withSetId(true).withOwnership(true))
                    .extract(
                            image,
                            verification.manifest().orElseThrow(),
                            verification.config().orElseThrow(),
                            target);
            Map<String, String> tree = Engines.describe(target);
            result.omissions().stream()
                    .filter(omission ->
                            omission.kind() == Omission.Kind.DEVICE || omission.kind() == Omission.Kind.FIFO)
                    .forEach(omission -> tree.put(omission.path(), "omitted"));
            return new Loaded(tree, "");
        } catch (LayerException e) {
            return new Loaded(Map.of(), e.reason() + ": " + e.getMessage());
        } catch (ImageFileSystemException e) {
            return new Loaded(Map.of(), e.reason() + ": " + e.getMessage());
        }
    }

    /** {@return what is wrong with the answer for an image, or an empty text} */
    private static String judged(Expected expectation, Map<String, Loaded> all, Loaded ours) {
        Map<String, Loaded> engines = new TreeMap<>(all);
        if (expectation == Expected.REFUSED_BY_UMOCI) {
            Loaded umoci = engines.remove("umoci");
            if (umoci == null || umoci.error().isEmpty()) {
                return "is loaded by umoci";
            }
        }
        Loaded first = engines.values().iterator().next();
        boolean agree = engines.values().stream()
                .allMatch(each -> each.error().isEmpty() && each.tree().equals(first.tree()));
        if (expectation == Expected.ALIKE || expectation == Expected.REFUSED_BY_UMOCI) {
            Map<String, String> theirs = new TreeMap<>(first.tree());
            ours.tree().forEach((path, line) -> {
                if (line.equals("omitted")) {
                    theirs.computeIfPresent(path, (same, other) -> "omitted");
                }
            });
            return agree && ours.error().isEmpty() && theirs.equals(ours.tree()) ? "" : "is not alike";
        }
        if (ours.error().isEmpty()) {
            return "is accepted";
        }
        return agree == (expectation == Expected.READERS_DIFFER) ? "" : agree ? "engines agree" : "engines differ";
    }

    @Test
    void makesTheFilesOfAllEnginesOrNone() throws IOException, InterruptedException, JsonException {
        try (Engines engines = Engines.start(folder)) {
            CorpusLayout corpus = new CorpusLayout(folder.resolve("corpus"));
            addForms(corpus);
            addArchives(corpus);
            addDocuments(corpus);
            addHeaders(corpus);
            addRandom(corpus);
            addTools(corpus, engines);
            Map<String, Map<String, Loaded>> loaded = engines.load(corpus);
            Map<String, String> wrong = new LinkedHashMap<>();
            try (OciLayout opened = OciLayout.open(folder.resolve("corpus"))) {
                for (String name : corpus.names()) {
                    Map<String, Loaded> theirs = loaded.getOrDefault(name, Map.of());
                    Loaded ours = ours(opened, name);
                    String problem = judged(expected.getOrDefault(name, Expected.ALIKE), theirs, ours);
                    if (!problem.isEmpty()) {
                        wrong.put(name, problem + ": " + theirs + ", ours " + ours);
                    }
                }
            }
            assertTrue(corpus.names().size() >= LEAST, corpus.names().size() + " images");
            assertEquals(Map.of(), wrong, wrong.size() + " of " + corpus.names().size());
        }
    }
}
