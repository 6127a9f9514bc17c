package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.TestTar.Header;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.audit.files.FileSystemRules;
import dev.tallyclerk.registry.image.BlobContent;
import dev.tallyclerk.registry.image.BuiltImage;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.testing.ProjectFiles;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every published flaw of an engine that an image alone triggers is found, and ordinary images have none. */
class EngineAttacksTest {
    private static final byte[] NO_FILES = new TestTar().finish();

    private static final Admission ADMISSION = Admission.of(Policy.defaults().withProfile(Profile.STRICT));

    /** Rules on attacks of engines. */
    private static final String ATTACK = "ATK-\\d{3}|IMG-041";

    private static final List<RuleInfo> RULES = Stream.concat(
                    ImageRules.ruleSet().rules().stream(), FileSystemRules.ruleSet().rules().stream())
            .map(Rule::info)
            .filter(rule -> rule.id().toString().matches(ATTACK))
            .toList();

    /**
     * An image that attacks its engine.
     *
     * @param flaw the flaw and the engine that has it
     * @param config the members of the configuration's {@code config}, with ' for "
     * @param annotations the members of the manifest's annotations, with ' for "
     * @param files the files above an ordinary base
     * @param at the layer and path, or the place in a document, of the finding
     */
    private record Attack(
            String flaw, String rule, String at, String config, String annotations, UnaryOperator<TestTar> files) {
        @Override
        public String toString() {
            return rule + " " + flaw + " at " + at;
        }
    }

    private static Attack config(String flaw, String rule, String at, String config) {
        return new Attack(flaw, rule, "/config" + at, config, "", files -> files);
    }

    private static Attack annotation(String flaw, String rule, String name) {
        String at = "/annotations/" + name.replace("~", "~0").replace("/", "~1");
        return new Attack(flaw, rule, at, "", "'" + name + "':'x'", files -> files);
    }

    private static Attack file(String flaw, String rule, String path, String config, UnaryOperator<TestTar> files) {
        return new Attack(flaw, rule, "1 " + path, config, "", files);
    }

    private static Attack link(String flaw, String rule, String path, String target, String config) {
        return file(flaw, rule, path, config, files -> files.symbolicLink(path, target));
    }

    /** A user whose ID in passwd engines take for 0. */
    private static Attack noNumber(String flaw, String id) {
        return file(
                flaw,
                "ATK-004",
                "etc/passwd",
                "'User':'app'",
                files -> files.file("etc/passwd", "root:x:0:0::/:\napp:x:" + id + ":1000::/:\n"));
    }

    private static TestTar script(TestTar files, String path) {
        byte[] text = "#!/bin/sh\nid >/tmp/pwned\n".getBytes(StandardCharsets.US_ASCII);
        return files.entry(Header.of(path, '0').mode(0755).size(text.length), text);
    }

    static Stream<Attack> attacks() {
        String env = "podman < 5.8.4, CVE-2026-57231";
        String labels = "containerd < 2.3.2, CVE-2026-53488, and others that act on labels";
        String checkpoint = "containerd < 2.3.2, CVE-2026-50195, CVE-2026-53489, CVE-2026-53492";
        String cwd = "runc < 1.1.12, CVE-2024-21626";
        String self = "runc < 1.0-rc7, CVE-2019-5736";
        String mounts = "runc < 1.3.6, CVE-2023-27561, CVE-2023-28642, CVE-2026-41579";
        String links = "podman < 5.7.1, CVE-2026-55686";
        String root = "containerd < 2.0.4 and < 2.3.1, CVE-2024-40635, CVE-2026-46680";
        String endless = "containerd < 2.3.2, CVE-2026-47262";
        String loader = "NVIDIA Container Toolkit < 1.17.8, CVE-2025-23266";
        String unpack = "Docker < 29.5.1, CVE-2026-41567";
        String volumes = "containerd < 1.6.1, CVE-2022-23648";
        String passwd = "CRI-O, CVE-2022-4318";
        String terminal = "kubectl < 1.26, CVE-2021-25743";
        String triggers = "buildah < 1.38.0, CVE-2024-9675";
        String cuda = "NVIDIA Container Toolkit < 1.17.4, CVE-2024-0132, CVE-2025-23359";
        return Stream.of(
                config(env, "IMG-041", "/Env/1", "'Env':['PATH=/bin','AWS_SECRET_ACCESS_KEY']"),
                config(env, "IMG-041", "/Env/0", "'Env':['*']"),
                config(env, "IMG-041", "/Env/0", "'Env':['=x']"),
                config(env, "IMG-041", "/Env/0", "'Env':['']"),
                config(env, "IMG-041", "/Env/0", "'Env':['SECRET*']"),
                config(
                        labels,
                        "ATK-002",
                        "/Labels/containerd.io~1restart.loguri",
                        "'Labels':{'containerd.io/restart.loguri':'binary:///bin/sh?-c=id'}"),
                config(
                        labels,
                        "ATK-002",
                        "/Labels/io.kubernetes.cri-o.Devices",
                        "'Labels':{'io.kubernetes.cri-o.Devices':'/dev/sda'}"),
                config(
                        labels,
                        "ATK-002",
                        "/Labels/org.systemd.property.ExecStart",
                        "'Labels':{'org.systemd.property.ExecStart':'id'}"),
                config(
                        labels,
                        "ATK-002",
                        "/Labels/run.oci.keep_original_groups",
                        "'Labels':{'run.oci.keep_original_groups':'1'}"),
                config(
                        labels,
                        "ATK-002",
                        "/Labels/io.podman.annotations.privileged",
                        "'Labels':{'io.podman.annotations.privileged':'TRUE'}"),
                config(labels, "ATK-002", "/Labels/cdi.k8s.io~1gpu", "'Labels':{'cdi.k8s.io/gpu':'nvidia.com/gpu=0'}"),
                annotation(labels, "ATK-002", "cdi.k8s.io/gpu"),
                annotation(labels, "ATK-002", "io.katacontainers.config.hypervisor.path"),
                config(labels, "ATK-002", "/Labels/dev.gvisor.flag.debug", "'Labels':{'dev.gvisor.flag.debug':'1'}"),
                config(labels, "ATK-002", "/Labels/userns-mode.crio.io", "'Labels':{'userns-mode.crio.io':'host'}"),
                annotation(checkpoint, "ATK-001", "org.criu.checkpoint.container.name"),
                annotation(checkpoint, "ATK-001", "io.kubernetes.cri-o.annotations.checkpoint.name"),
                annotation(checkpoint, "ATK-001", "io.podman.annotations.checkpoint.name"),
                config(
                        checkpoint,
                        "ATK-001",
                        "/Labels/io.containerd.checkpoint.a",
                        "'Labels':{'io.containerd.checkpoint.a':'b'}"),
                config(cwd, "ATK-003", "/WorkingDir", "'WorkingDir':'/proc/self/fd/7'"),
                config(cwd, "ATK-003", "/WorkingDir", "'WorkingDir':'/a/..//proc/./self/fd/7/'"),
                config(cwd, "ATK-003", "/WorkingDir", "'WorkingDir':'proc/self/fd/7'"),
                config(self, "ATK-003", "/Entrypoint", "'Entrypoint':['/proc/self/exe','init']"),
                config(self, "ATK-003", "/Cmd", "'WorkingDir':'/bin','Cmd':['../proc/self/exe']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['LD_PRELOAD=/proc/self/cwd/a.so']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['LD_PRELOAD=./a.so']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['LD_LIBRARY_PATH=/usr/lib:/proc/1/cwd']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['LD_LIBRARY_PATH=.']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['GCONV_PATH=lib']"),
                config(loader, "ATK-009", "/Env/0", "'Env':['LD_PRELOAD=${ORIGIN}/../../proc/self/cwd/a.so']"),
                config(root, "IMG-001", "/User", "'User':'4294967296'"),
                config(root, "IMG-001", "/User", "'User':'1000:4294967296'"),
                config("old runtimes", "IMG-011", "/Volumes/~1proc", "'Volumes':{'/proc':{}}"),
                config("old runtimes", "IMG-011", "/Volumes/~1dev~1shm", "'Volumes':{'/dev/shm':{}}"),
                config(volumes, "ATK-013", "/Volumes/~1..~1..~1etc", "'Volumes':{'/../../etc':{}}"),
                config(volumes, "ATK-013", "/WorkingDir", "'WorkingDir':'/a/../../etc'"),
                config(terminal, "ATK-016", "/Entrypoint", "'Entrypoint':['\\u001b]0;a\\u0007']"),
                config(terminal, "ATK-016", "/Labels/a", "'Labels':{'a':'\\u009b2J'}"),
                config(
                        triggers,
                        "ATK-017",
                        "/OnBuild/1",
                        "'OnBuild':['RUN make','RUN --mount=type=cache,id=a,source=../../..,target=/a cp -r /a /b']"),
                config(triggers, "ATK-017", "/OnBuild/0", "'OnBuild':['RUN --mount=type=tmpfs,target=/proc/a make']"),
                config(passwd, "ATK-014", "/Env/0", "'Env':['HOME=/\\nevil:x:0:0::/:/bin/sh']"),
                config(passwd, "ATK-014", "/WorkingDir", "'WorkingDir':'/a\\nevil:x:0:0::/:/bin/sh'"),
                file(
                        root,
                        "ATK-004",
                        "etc/passwd",
                        "'User':'app'",
                        files -> files.file("etc/passwd", "root:x:0:0::/:\napp:x:0:0::/:\n")),
                file(
                        root,
                        "ATK-004",
                        "etc/passwd",
                        "'User':'4294967297:1000'",
                        files -> files.file("etc/passwd", "4294967297:x:0:0::/:\n")),
                noNumber(root, "abc"),
                noNumber(root, ""),
                noNumber(root, "+0"),
                noNumber(root, "4294967296"),
                noNumber(root, "-99999999999999999999"),
                file(
                        root,
                        "ATK-004",
                        "etc/passwd",
                        "'User':'#app'",
                        files -> files.file("etc/passwd", "root:x:0:0::/:\n #app:x:0:0::/:\n")),
                file(
                        endless,
                        "ATK-005",
                        "etc/group",
                        "",
                        files -> files.file("etc/group", "a:x:1:" + "b,".repeat(40_000))),
                file(endless, "ATK-005", "etc/passwd", "", files -> files.file("etc/passwd", "a:\n".repeat(70_000))),
                link(mounts, "ATK-006", "proc", "/etc", ""),
                link(mounts, "ATK-006", "dev", "/var/lib", ""),
                file(mounts, "ATK-006", "sys", "", files -> files.file("sys", "")),
                link("crun <= 1.29.1, CVE-2026-88265", "ATK-006", "dev/null", "/etc/a", ""),
                link("crun <= 1.29.1, CVE-2026-88264", "ATK-006", "dev/console", "../../etc/a", ""),
                link(links, "ATK-007", "work", "../../../etc", "'WorkingDir':'/work'"),
                link(links, "ATK-007", "work", "/etc/cron.d", "'WorkingDir':'/work/a'"),
                link(links, "ATK-007", "data", "/sys/fs/cgroup", "'Volumes':{'/data':{}}"),
                link(cwd, "ATK-007", "fds", "/proc/self/fd", "'WorkingDir':'/fds/../fd/7'"),
                file(
                        cwd,
                        "ATK-007",
                        "work",
                        "'WorkingDir':'/work'",
                        files -> files.symbolicLink("work", "app/../fd").symbolicLink("app", "/proc/self/exe")),
                link(self, "ATK-008", "entry", "/proc/self/exe", "'Entrypoint':['/entry']"),
                link(self, "ATK-008", "usr/bin/bash", "/proc/self/exe", "'Cmd':['app']"),
                file(
                        self,
                        "ATK-008",
                        "entry",
                        "'Entrypoint':['/entry']",
                        files -> files.file("entry", "#! /proc/self/exe init\n")),
                file(self, "ATK-008", "usr/bin/bash", "", files -> files.file("usr/bin/bash", "#!/./proc//self/exe")),
                link(self, "ATK-008", "usr/bin/run", "../../proc/self/exe", "'Cmd':['run']"),
                file(unpack, "ATK-010", "usr/bin/xz", "", files -> script(files, "usr/bin/xz")),
                file(unpack, "ATK-010", "usr/local/bin/unpigz", "", files -> script(files, "usr/local/bin/unpigz")),
                file(
                        "podman < 4.0.0, CVE-2022-1227",
                        "ATK-010",
                        "usr/bin/nsenter",
                        "",
                        files -> script(files, "usr/bin/nsenter")),
                file(
                        "kubectl < 1.14.0, CVE-2019-1002101",
                        "ATK-010",
                        "usr/bin/tar",
                        "",
                        files -> script(files, "usr/bin/tar")),
                link("crun < 1.20, CVE-2025-24965", "ATK-011", ".krun_config.json", "/etc/cron.d/a", ""),
                link("CRI-O, CVE-2024-5154", "ATK-011", "etc", "../../../../tmp", ""),
                link(
                        "NVIDIA Container Toolkit < 1.17.8, CVE-2025-23267",
                        "ATK-011",
                        "etc/ld.so.cache",
                        "/../../etc/passwd",
                        ""),
                link("podman < 5.2.5, CVE-2024-9676", "ATK-012", "etc/passwd", "../../../run/fifo", ""),
                link("podman < 5.2.5, CVE-2024-9676", "ATK-012", "etc/group", "/dev/zero", ""),
                file(
                        "podman < 5.2.5, CVE-2024-9676",
                        "ATK-012",
                        "etc/passwd",
                        "",
                        files -> files.entry(Header.of("etc/passwd", '6'))),
                file(
                        "podman < 5.2.5, CVE-2024-9676",
                        "ATK-012",
                        "etc/group",
                        "",
                        files -> files.entry(Header.of("etc/group", '3').device(1, 5))),
                link(
                        "containers/common < 0.60.4, CVE-2024-9341",
                        "ATK-012",
                        "usr/share/crypto-policies/back-ends/FIPS",
                        "../../../../../root",
                        ""),
                link(cuda, "ATK-015", "usr/local/cuda/compat/libcuda.so.1", "../../../../../..", ""),
                file(
                        cuda,
                        "ATK-015",
                        "usr/local/cuda-12/compat/libxxx.so.1",
                        "",
                        files -> files.directory("usr/local/cuda-12/compat")
                                .symbolicLink("usr/local/cuda", "cuda-12")
                                .directory("opt/a.so")
                                .symbolicLink("usr/local/cuda-12/compat/libxxx.so.1", "/opt/a.so")));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void findsTheAttackWhereItIs(Attack attack) throws IOException {
        List<Finding> found = failures(image(
                attack.config(),
                attack.annotations(),
                Bases.debian().finish(),
                attack.files().apply(new TestTar()).finish()));
        List<Finding> wanted = found.stream()
                .filter(finding -> finding.rule().id().toString().equals(attack.rule())
                        && at(finding).endsWith(attack.at()))
                .toList();
        assertEquals(1, wanted.size(), () -> attack + " in " + found);
        assertTrue(
                wanted.get(0).severity().compareTo(Severity.HIGH) >= 0,
                () -> wanted.get(0).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.criu.checkpoint.container.name", "cdi.k8s.io/gpu"})
    void findsWhatOnlyTheIndexOfAnImageSays(String annotation) throws IOException {
        String place = "index#/annotations/" + annotation.replace("/", "~1");
        for (boolean isOfEntry : List.of(true, false)) {
            String says = ",\"annotations\":{\"" + annotation + "\":\"x\"}";
            ImageSource image = new IndexedImage(image("", "", NO_FILES), isOfEntry ? says : "", isOfEntry ? "" : says);
            assertEquals(
                    List.of(place),
                    found(image).stream().map(EngineAttacksTest::at).toList());
        }
    }

    @Test
    void refusesALayerThatWritesOutsideThroughALink() throws IOException {
        TestTar files = new TestTar().symbolicLink("a", "/etc").file("a/cron.d/b", "c");
        assertTrue(
                failures(image("", "", files.finish())).stream()
                        .anyMatch(finding -> finding.rule().id().value().equals("IMG-035")),
                "CVE-2025-11395 and CVE-2026-17106");
    }

    @Test
    void findsALinkInPlaceOfTheRoot() throws IOException {
        TestTar files = new TestTar().symbolicLink("./", "/etc");
        List<Finding> found = failures(
                image("", "", files.finish(), new TestTar().file("passwd", "a").finish()));
        assertTrue(
                found.stream()
                        .anyMatch(finding -> finding.rule().id().value().equals("FS-043")
                                && at(finding).equals("0 ./")),
                found::toString);
    }

    @Test
    void theManualNamesTheReaderOfEachLabel() throws IOException {
        String manual = Files.readString(ProjectFiles.root().resolve("docs/engine-attacks.md"));
        EngineAttackRules.ACTING.forEach((label, engine) -> assertTrue(
                manual.lines().anyMatch(row -> row.contains("`" + label) && row.endsWith("| " + engine + " |")),
                label + " of " + engine));
    }

    @Test
    void knowsAtLeastThirtyAttacks() {
        assertTrue(attacks().count() >= 30, "attacks: " + attacks().count());
        Set<String> tested = new TreeSet<>(attacks().map(Attack::rule).toList());
        for (RuleInfo rule : RULES) {
            assertTrue(tested.contains(rule.id().toString()), rule.id() + " has no attack");
        }
    }

    @Test
    void theManualNamesTheFlawsOfEachRule() throws IOException {
        String manual = Files.readString(ProjectFiles.root().resolve("docs/engine-attacks.md"));
        for (RuleInfo rule : RULES) {
            String row = manual.lines()
                    .filter(line -> line.startsWith("| " + rule.id() + " "))
                    .findFirst()
                    .orElseThrow();
            List<String> flaws = rule.references().stream()
                    .filter(citation -> citation.document().equals("CVE"))
                    .map(RuleInfo.Citation::section)
                    .toList();
            assertTrue(!flaws.isEmpty() && flaws.stream().allMatch(row::contains), rule.id() + " " + flaws + " " + row);
        }
    }

    @Test
    void findsNoneInOrdinaryImages() throws IOException {
        Map<String, Set<String>> wrong = new LinkedHashMap<>();
        int images = 0;
        for (Map.Entry<String, byte[]> base : Bases.all().entrySet()) {
            for (String config : Bases.CONFIGURATIONS) {
                images++;
                Set<String> found = new TreeSet<>();
                for (Finding finding : found(image(config, "", base.getValue()))) {
                    found.add(finding.rule().id() + " " + at(finding));
                }
                if (!found.isEmpty()) {
                    wrong.put(base.getKey() + " " + config, found);
                }
            }
        }
        assertEquals(Map.of(), wrong);
        assertTrue(images >= 150, "images: " + images);
    }

    @Test
    void findsNoneInImagesOfEngines() throws IOException {
        Path data = SharedData.require(".");
        List<String> locations = new ArrayList<>();
        for (String folder : List.of("image-audit/images", "registry/fixtures/layouts", "hardening/oracle/images")) {
            try (Stream<Path> all = Files.list(data.resolve(folder))) {
                all.filter(layout -> Files.exists(layout.resolve("oci-layout")))
                        .forEach(layout -> locations.add("oci:" + layout));
            }
        }
        for (String folder : List.of("hardening/oracle/images", "registry/fixtures/tars")) {
            try (Stream<Path> all = Files.list(data.resolve(folder))) {
                all.filter(file -> file.toString().matches(".*docker(-archive)?\\.tar"))
                        .forEach(file -> locations.add("docker-archive:" + file));
            }
        }
        Map<String, Set<String>> wrong = new LinkedHashMap<>();
        int audited = 0;
        for (String location : locations) {
            try (ImageSource source = ImageLocation.parse(location).open(name -> {
                throw new IllegalStateException("no registry is needed");
            })) {
                Set<String> found = new TreeSet<>();
                for (Finding finding : found(source)) {
                    found.add(finding.rule().id() + " " + at(finding));
                }
                audited++;
                if (!found.isEmpty()) {
                    wrong.put(location, found);
                }
            } catch (IOException e) {
                // A place with several images, of which none is meant, is no image.
                assertTrue(audited > 0, e::toString);
            }
        }
        assertEquals(Map.of(), wrong);
        assertTrue(audited >= 20, "audited " + audited + " of " + locations);
    }

    private static String at(Finding finding) {
        Location at = finding.problem().orElseThrow().at();
        return at instanceof Location.LayerEntry entry ? entry.layer() + " " + entry.path() : at.toString();
    }

    private static List<Finding> failures(ImageSource source) throws IOException {
        AuditReport report = ADMISSION.check(source).audit().orElse(null);
        return report == null ? List.of() : report.findings(Outcome.Kind.FAIL);
    }

    private static List<Finding> found(ImageSource source) throws IOException {
        return failures(source).stream()
                .filter(finding -> finding.rule().id().toString().matches(ATTACK))
                .toList();
    }

    private static ImageSource image(String config, String annotations, byte[]... layers) throws IOException {
        Map<Digest, BlobContent> contents = new LinkedHashMap<>();
        List<String> diffIds = new ArrayList<>();
        List<String> descriptors = new ArrayList<>();
        for (byte[] layer : layers) {
            Digest digest = Digest.sha256Of(layer);
            contents.put(digest, BlobContent.of(layer));
            diffIds.add("\"" + digest + "\"");
            descriptors.add(descriptor("layer.v1.tar", layer));
        }
        byte[] document = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{" + config.replace('\'', '"')
                        + "},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":" + diffIds + "}}")
                .getBytes(StandardCharsets.UTF_8);
        contents.put(Digest.sha256Of(document), BlobContent.of(document));
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + "\"config\":" + descriptor("config.v1+json", document) + ",\"layers\":" + descriptors
                        + ",\"annotations\":{" + annotations.replace('\'', '"') + "}}")
                .getBytes(StandardCharsets.UTF_8);
        return BuiltImage.of("the test", (ImageManifest) Manifest.parse(manifest, DocumentLimits.defaults()), contents);
    }

    private static String descriptor(String type, byte[] content) {
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"" + Digest.sha256Of(content)
                + "\",\"size\":" + content.length + "}";
    }

    /** An image behind an index. */
    private static final class IndexedImage implements ImageSource {
        private final ImageSource image;
        private final byte[] index;

        /**
         * Makes an index.
         *
         * @param ofEntry members of the index's entry
         * @param ofIndex members of the index
         */
        IndexedImage(ImageSource image, String ofEntry, String ofIndex) throws IOException {
            this.image = image;
            Digest digest = image.resolve().digest();
            byte[] manifest =
                    image.unverifiedManifest(digest, 1 << 20).orElseThrow().bytes();
            String entry = "{\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"digest\":\"" + digest + "\",\"size\":"
                    + manifest.length + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}" + ofEntry + "}";
            index = ("{\"schemaVersion\":2,\"manifests\":[" + entry + "]" + ofIndex + "}")
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String name() {
            return image.name();
        }

        @Override
        public Optional<Reference> reference() {
            return image.reference();
        }

        @Override
        public ResolvedDigest resolve() {
            return ResolvedDigest.of(Digest.sha256Of(index), "the test");
        }

        @Override
        public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
            return digest.equals(Digest.sha256Of(index))
                    ? Optional.of(FetchedManifest.of(index, MediaType.OCI_INDEX))
                    : image.unverifiedManifest(digest, maxBytes);
        }

        @Override
        public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
            return image.unverifiedBlob(descriptor);
        }

        @Override
        public void close() throws IOException {
            image.close();
        }
    }

    /** Files and settings as the images of distributions and of their users have them. */
    private static final class Bases {
        private static final String ACCOUNTS = """
                root:x:0:0:root:/root:/bin/sh
                daemon:x:1:1::/:/sbin/nologin
                nobody:x:65534:65534:nobody:/:/sbin/nologin
                nonroot:x:65532:65532::/home/nonroot:/sbin/nologin
                app:x:1000:1000::/home/app:/bin/sh
                postgres:x:999:999::/var/lib/postgresql:/bin/bash
                """;

        /** Members of {@code config}, with ' for ". */
        static final List<String> CONFIGURATIONS = List.of(
                "'Cmd':['/bin/sh'],'Env':['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']",
                "'User':'app','WorkingDir':'/home/app','Entrypoint':['/usr/local/bin/docker-entrypoint.sh'],"
                        + "'Cmd':['app','--port','8080'],'ExposedPorts':{'8080/tcp':{}}",
                "'User':'1000:1000','WorkingDir':'/usr/src/app','Cmd':['node','server.js'],'Env':['NODE_ENV=production',"
                        + "'NODE_VERSION=22.1.0','EMPTY=','A=b=c']",
                "'User':'65532','Entrypoint':['/app'],'Env':['SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt']",
                "'User':'root','Volumes':{'/var/lib/mysql':{}},'Cmd':['mysqld'],'StopSignal':'SIGTERM'",
                "'User':'postgres','Volumes':{'/var/lib/postgresql/data':{},'/var/run/postgresql':{}},"
                        + "'WorkingDir':'/','Env':['PGDATA=/var/lib/postgresql/data','HOME=/var/lib/postgresql']",
                "'Cmd':['nginx','-g','daemon off;'],'ExposedPorts':{'80/tcp':{},'443/udp':{}},"
                        + "'Labels':{'maintainer':'NGINX Docker Maintainers','io.containers.autoupdate':'registry'}",
                "'Labels':{'org.opencontainers.image.source':'https://example.com/a','io.k8s.display-name':'A',"
                        + "'io.openshift.tags':'base','com.redhat.component':'ubi9-container','io.buildah.version':'1.41',"
                        + "'com.docker.compose.project':'a','io.k8s.description':'containerd.io/restart.x'}",
                "'Healthcheck':{'Test':['CMD-SHELL','curl -f http://localhost/ || exit 1'],'Interval':30000000000},"
                        + "'WorkingDir':'/var/www/html','Cmd':['apache2-foreground']",
                "'OnBuild':['COPY . /app','RUN make','WORKDIR /proc-like'],'WorkingDir':'/app','Shell':['/bin/bash','-c']",
                "'Env':['LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',"
                        + "'LD_LIBRARY_PATH=/usr/local/nvidia/lib:/usr/local/nvidia/lib64:','GLIBC_TUNABLES=glibc.malloc.check=3'],"
                        + "'Cmd':['python3','-m','app']",
                "'Env':['LD_LIBRARY_PATH=/opt/app/lib:$ORIGIN/../lib','PROC=/proc/self/fd/1','JAVA_OPTS=-Dx=/dev/urandom'],"
                        + "'WorkingDir':'/opt/app','Entrypoint':['java','-jar','app.jar']",
                "'WorkingDir':'/var/run/app','Volumes':{'/run/secrets':{},'/tmp':{},'/var/log':{}},'Cmd':['sh','-c','exec a']",
                "'Entrypoint':['/sbin/tini','--','/usr/bin/env'],'Cmd':['bash'],'User':'nobody:nobody','WorkingDir':'/srv/'",
                "'Entrypoint':['./run.sh'],'WorkingDir':'/opt/../srv/app','User':'0'",
                "'User':'app:app','WorkingDir':'/app','Entrypoint':['java','-jar','/app/app.jar'],"
                        + "'Labels':{'org.label-schema.schema-version':'1.0','org.label-schema.vcs-url':'https://example.com/a',"
                        + "'org.label-schema.docker.cmd':'docker run -v /dev:/dev a','com.docker.compose.service':'web',"
                        + "'com.docker.compose.version':'2.29','desktop.docker.io/wsl-distro':'a'}",
                "'User':'1001:0','Env':['LD_LIBRARY_PATH=/usr/lib:${LD_LIBRARY_PATH}','HOME=/opt/app-root/src',"
                        + "'PS1=\\\\[\\\\e[32m\\\\]a'],'Labels':{'io.openshift.s2i.scripts-url':'image:///usr/libexec/s2i','io.s2i.a':'b',"
                        + "'io.buildpacks.stack.id':'a','devcontainer.metadata':'[ {\\\"privileged\\\":true} ]',"
                        + "'com.nvidia.volumes.needed':'nvidia_driver','description':'a\\n\\tb'}",
                "'OnBuild':['RUN --mount=type=cache,target=/root/.npm npm ci','COPY --from=build /a/../b /c'],"
                        + "'WorkingDir':'/app','Volumes':{'/app/data':{}},'Entrypoint':['/app/run']",
                "'Cmd':['/lib/systemd/systemd'],'StopSignal':'SIGRTMIN+3','Volumes':{'/sys-data':{},'/device':{}},'Tty':true",
                "");

        private Bases() {}

        /** {@return the layers by the name of their base} */
        static Map<String, byte[]> all() {
            Map<String, TestTar> bases = new LinkedHashMap<>();
            bases.put("debian", debian());
            bases.put("ubuntu", debian().symbolicLink("etc/mtab", "/proc/mounts"));
            bases.put("alpine", alpine());
            bases.put("wolfi", wolfi());
            bases.put("rhel", rpm("rhel"));
            bases.put("fedora with its devices", devices(rpm("fedora")));
            bases.put("amazon linux", rpm("amzn").symbolicLink("etc/system-release-cpe", "../usr/lib/a-cpe"));
            bases.put(
                    "photon", rpm("photon").symbolicLink("usr/bin/xz", "toybox").file("usr/bin/toybox", "a"));
            bases.put("openeuler", rpm("openEuler"));
            bases.put(
                    "suse",
                    rpm("sles").symbolicLink("var/lock", "/run/lock").symbolicLink("etc/mtab", "../proc/self/mounts"));
            bases.put("arch", rpm("arch").symbolicLink("usr/sbin", "bin").symbolicLink("usr/lib64", "lib"));
            bases.put("busybox", busybox());
            bases.put("distroless", distroless());
            bases.put("scratch", new TestTar().file("app", "a"));
            bases.put("nothing", new TestTar());
            bases.put("cuda", cuda());
            bases.put("nginx", nginx());
            bases.put("nix", nix());
            bases.put("an exported container", exported());
            bases.put("debian before the merge", unmerged());
            bases.put("an application behind links", linked());
            Map<String, byte[]> finished = new LinkedHashMap<>();
            bases.forEach((name, files) -> finished.put(name, files.finish()));
            return finished;
        }

        private static TestTar program(TestTar files, String path) {
            byte[] elf = TestTar.latin1("\177ELF\2\1\1");
            return files.entry(Header.of(path, '0').mode(0755).size(elf.length), elf);
        }

        private static TestTar usrMerged() {
            return new TestTar()
                    .directory("usr/bin")
                    .directory("usr/sbin")
                    .directory("usr/lib")
                    .directory("usr/lib64")
                    .symbolicLink("bin", "usr/bin")
                    .symbolicLink("sbin", "usr/sbin")
                    .symbolicLink("lib", "usr/lib")
                    .symbolicLink("lib64", "usr/lib64")
                    .directory("dev")
                    .directory("proc")
                    .directory("sys")
                    .directory("run/lock")
                    .directory("tmp")
                    .symbolicLink("var/run", "/run")
                    .symbolicLink("var/lock", "/run/lock")
                    .symbolicLink("etc/os-release", "../usr/lib/os-release")
                    .symbolicLink("etc/localtime", "/usr/share/zoneinfo/Etc/UTC")
                    .file("etc/passwd", ACCOUNTS)
                    .file("etc/group", "root:x:0:\napp:x:1000:app,postgres\n");
        }

        static TestTar debian() {
            TestTar files = program(program(usrMerged(), "usr/bin/dash"), "usr/bin/xz");
            return program(files, "usr/bin/nsenter")
                    .symbolicLink("usr/bin/sh", "dash")
                    .symbolicLink("usr/bin/awk", "/etc/alternatives/awk")
                    .symbolicLink("etc/alternatives/awk", "/usr/bin/mawk")
                    .file("etc/ld.so.cache", "a")
                    .file("etc/ld.so.conf.d/libc.conf", "/usr/local/lib\n")
                    .file("var/lib/dpkg/info/xz-utils.list", "/.\n/usr/bin/xz\n")
                    .file("var/lib/dpkg/info/util-linux.list", "/.\n/usr/bin/nsenter\n")
                    .file("var/lib/dpkg/status", "Package: xz-utils\nStatus: install ok installed\nVersion: 1\n");
        }

        private static TestTar rpm(String id) {
            return program(usrMerged(), "usr/bin/bash")
                    .symbolicLink("usr/bin/sh", "bash")
                    .file("usr/lib/os-release", "ID=" + id + "\n")
                    .symbolicLink("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
                    .directory("usr/share/crypto-policies/back-ends/FIPS")
                    .symbolicLink(
                            "etc/crypto-policies/back-ends/openssl.config",
                            "/usr/share/crypto-policies/DEFAULT/openssl.txt")
                    .file("usr/share/crypto-policies/DEFAULT/openssl.txt", "a");
        }

        private static TestTar alpine() {
            return program(new TestTar(), "bin/busybox")
                    .symbolicLink("bin/sh", "/bin/busybox")
                    .symbolicLink("usr/bin/unxz", "/bin/busybox")
                    .symbolicLink("usr/bin/nsenter", "/bin/busybox")
                    .symbolicLink("etc/mtab", "../proc/mounts")
                    .symbolicLink("var/run", "../run")
                    .directory("run")
                    .file("etc/passwd", ACCOUNTS)
                    .file("lib/apk/db/installed", "P:busybox\nV:1\nF:bin\nR:busybox\n");
        }

        private static TestTar wolfi() {
            return program(new TestTar(), "usr/bin/busybox")
                    .directory("usr/lib")
                    .symbolicLink("bin", "usr/bin")
                    .symbolicLink("sbin", "usr/bin")
                    .symbolicLink("lib", "usr/lib")
                    .symbolicLink("usr/bin/sh", "busybox")
                    .symbolicLink("usr/bin/xz", "/usr/bin/busybox")
                    .file("usr/lib/apk/db/installed", "P:busybox\nV:1\nF:usr/bin\nR:busybox\n")
                    .file("etc/passwd", ACCOUNTS);
        }

        private static TestTar busybox() {
            TestTar files = program(new TestTar(), "bin/[");
            for (String applet : List.of("sh", "xz", "unxz", "nsenter", "ls", "busybox")) {
                files.hardLink("bin/" + applet, "bin/[");
            }
            return files.file("etc/passwd", ACCOUNTS).symbolicLink("usr/bin/env", "../../bin/env");
        }

        private static TestTar distroless() {
            return new TestTar()
                    .directory("proc")
                    .directory("sys")
                    .directory("dev")
                    .directory("run")
                    .symbolicLink("var/run", "/run")
                    .symbolicLink("usr/bin/openssl", "/usr/bin/openssl-3")
                    .file("etc/passwd", ACCOUNTS)
                    .file("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12\n")
                    .file("var/lib/dpkg/status.d/base.md5sums", "0123456789abcdef0123456789abcdef  etc/issue\n");
        }

        private static TestTar devices(TestTar files) {
            return files.entry(Header.of("dev/null", '3').mode(0666).device(1, 3))
                    .entry(Header.of("dev/console", '3').mode(0600).device(5, 1))
                    .symbolicLink("dev/fd", "/proc/self/fd")
                    .symbolicLink("dev/stdout", "/proc/self/fd/1")
                    .symbolicLink("dev/ptmx", "pts/ptmx")
                    .directory("dev/shm")
                    .directory("dev/pts");
        }

        private static TestTar cuda() {
            return debian().symbolicLink("usr/local/cuda", "/etc/alternatives/cuda")
                    .symbolicLink("etc/alternatives/cuda", "/usr/local/cuda-12.4")
                    .file("usr/local/cuda-12.4/compat/libcuda.so.550.54.14", "a")
                    .symbolicLink("usr/local/cuda-12.4/compat/libcuda.so.1", "libcuda.so.550.54.14")
                    .symbolicLink("usr/local/cuda-12.4/compat/libcuda.so", "libcuda.so.1")
                    .directory("usr/local/cuda-12.4/targets/x86_64-linux/lib")
                    .symbolicLink("usr/local/cuda-12.4/lib64", "targets/x86_64-linux/lib")
                    .file("etc/ld.so.conf.d/000_cuda.conf", "/usr/local/cuda/targets/x86_64-linux/lib\n");
        }

        private static TestTar nginx() {
            TestTar files = debian().symbolicLink("var/log/nginx/access.log", "/dev/stdout")
                    .symbolicLink("var/log/nginx/error.log", "/dev/stderr")
                    .symbolicLink("etc/nginx/modules", "/usr/lib/nginx/modules")
                    .directory("var/lib/mysql");
            script(files, "usr/local/bin/docker-entrypoint.sh");
            return files.symbolicLink("docker-entrypoint.sh", "usr/local/bin/docker-entrypoint.sh");
        }

        /** What docker export writes: empty files in place of what the engine had mounted. */
        private static TestTar exported() {
            return alpine().file(".dockerenv", "")
                    .file("dev/console", "")
                    .directory("dev/pts")
                    .directory("dev/shm")
                    .directory("proc")
                    .directory("sys")
                    .file("etc/hosts", "")
                    .file("etc/hostname", "")
                    .file("etc/resolv.conf", "");
        }

        /** Debian 12 and older: the packages list files below /bin that are below /usr/bin. */
        private static TestTar unmerged() {
            return program(program(program(usrMerged(), "usr/bin/tar"), "usr/bin/xz"), "usr/bin/nsenter")
                    .file("var/lib/dpkg/info/tar.list", "/.\n/bin\n/bin/tar\n")
                    .file("var/lib/dpkg/info/xz-utils.list", "/.\n/usr/bin/xz\n")
                    .file("var/lib/dpkg/info/util-linux.list", "/.\n/usr/bin/nsenter\n")
                    .file("var/lib/dpkg/status", "Package: tar\nStatus: install ok installed\nVersion: 1\n")
                    .symbolicLink("usr/local/bin/tar", "/bin/tar")
                    .symbolicLink("etc/mtab", "/proc/mounts");
        }

        /** Working directory and program are links within the image. */
        private static TestTar linked() {
            return program(debian(), "opt/app-1.2/run")
                    .directory("opt/app-1.2/data")
                    .symbolicLink("opt/app", "app-1.2")
                    .symbolicLink("app", "/opt/app")
                    .symbolicLink("srv/app", "../opt/app")
                    .symbolicLink("usr/bin/java", "/etc/alternatives/java")
                    .symbolicLink("etc/alternatives/java", "/opt/app-1.2/run");
        }

        private static TestTar nix() {
            return program(new TestTar(), "nix/store/abc-bash/bin/bash")
                    .symbolicLink("bin/sh", "/nix/store/abc-bash/bin/bash")
                    .symbolicLink("usr/bin/env", "/nix/store/abc-bash/bin/bash")
                    .file("nix/store/abc-passwd", ACCOUNTS)
                    .symbolicLink("etc/passwd", "/nix/store/abc-passwd")
                    .directory("tmp");
        }
    }
}
