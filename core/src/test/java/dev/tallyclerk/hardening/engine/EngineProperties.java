package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.testing.JsonMembers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EngineProperties {
    private static final String BAD_FILE = "{'icc':true,'log-level':'debug','debug':true,'iptables':false,'ipv6':true,"
            + "'ip6tables':false,'insecure-registries':['r.test'],'storage-driver':'aufs',"
            + "'hosts':['tcp://0.0.0.0:2375'],'tls':true,'cgroup-parent':'/x','storage-opts':['dm.basesize=1G'],"
            + "'log-driver':'json-file','log-opts':{'max-size':'-1'},'no-new-privileges':false,'live-restore':false,"
            + "'userland-proxy':true,'seccomp-profile':'unconfined','experimental':true,'registry-mirrors':['http://m'],"
            + "'allow-nondistributable-artifacts':['r.test'],'metrics-addr':':1','proxies':{'http-proxy':'http://u:p@x'},"
            + "'default-cgroupns-mode':'host','ip':'0.0.0.0','typo':1,'default-runtime':'x','userns-remap':''}";

    private static final String BAD_INFO = "{'Containers':99,'ContainersRunning':1,'Driver':'aufs','Plugins':"
            + "{'Authorization':[]},'MemoryLimit':false,'SwapLimit':false,'CpuCfsQuota':false,'CPUShares':false,"
            + "'PidsLimit':false,'Debug':true,'LoggingDriver':'none','CgroupVersion':'1','OSType':'linux',"
            + "'RegistryConfig':{'InsecureRegistryCIDRs':['10.0.0.0/8'],'IndexConfigs':{'r':{'Secure':false}},"
            + "'Mirrors':['http://m/'],'AllowNondistributableArtifactsCIDRs':null,"
            + "'AllowNondistributableArtifactsHostnames':['r.test']},'ExperimentalBuild':true,'ServerVersion':'18.09.1',"
            + "'DefaultRuntime':'x','Swarm':{'LocalNodeState':'active'},'LiveRestoreEnabled':false,'SecurityOptions':[],"
            + "'Warnings':['WARNING: API is accessible on http://0.0.0.0:2375 without encryption.']}";

    private static final String BAD_VERSION =
            "{'Version':'18.09.1','Components':[{'Name':'Engine','Version':'18.09.1'},"
                    + "{'Name':'containerd','Version':'1.2.0'},{'Name':'runc','Version':'1.0.0'}]}";

    /** dockerd documents these defaults, with which the rule is content. */
    private static final Set<String> DOCUMENTED = Set.of(
            "DMN-002 passes without /log-level",
            "DMN-003 passes without /debug",
            "DMN-006 passes without /storage-driver",
            "DMN-012 passes without /cgroup-parent",
            "DMN-020 passes without /seccomp-profile",
            "DMN-021 passes without /experimental",
            "DMN-031 passes without /metrics-addr",
            "DMN-032 passes without /proxies",
            "DMN-032 passes without /proxies/http-proxy",
            "DMN-033 passes without /default-cgroupns-mode",
            "DMN-035 passes without /typo",
            "DMN-037 passes without /default-runtime");

    /** Reads an engine from one document. */
    @FunctionalInterface
    private interface Reader {
        EngineSubject read(byte[] document) throws MalformedSubjectException;
    }

    @Example
    void removingAKeyOfTheFileMakesAPassByADocumentedDefaultOnly() throws Exception {
        assertEquals(
                new TreeSet<>(DOCUMENTED),
                passesWithoutAMember(
                        BAD_FILE, file -> Engines.builder().daemonJson(file).build()));
    }

    @Example
    void removingAMemberOfAReportNeverMakesAPass() throws Exception {
        assertEquals(
                Set.of(),
                passesWithoutAMember(
                        BAD_INFO, info -> Engines.builder().info(info).build()));
        assertEquals(
                Set.of(),
                passesWithoutAMember(
                        BAD_VERSION,
                        version -> Engines.builder().version(version).build()));
    }

    @Example
    void removingAMemberOfAReportBesideABadFileNeverMakesAPass() throws Exception {
        // The file is as bad as the report: were it better, it would count where the report is silent.
        byte[] file = Engines.json(BAD_FILE.replace("'tls':true,", ""));
        assertEquals(
                Set.of(),
                passesWithoutAMember(
                        BAD_INFO,
                        info -> Engines.builder().daemonJson(file).info(info).build()));
    }

    private static Set<String> passesWithoutAMember(String document, Reader reader)
            throws JsonException, MalformedSubjectException {
        JsonMembers members = JsonMembers.of(Engines.json(document));
        Map<String, String> before = Engines.verdicts(reader.read(Engines.json(document)));
        Set<String> passes = new TreeSet<>();
        List<String> pointers = members.pointers();
        assertFalse(pointers.isEmpty());
        for (String pointer : pointers) {
            Engines.verdicts(reader.read(members.without(pointer))).forEach((rule, verdict) -> {
                boolean open = Set.of("FAIL", "UNKNOWN").contains(before.get(rule));
                if (open && verdict.equals("PASS")) {
                    passes.add(rule + " passes without " + pointer);
                }
            });
        }
        return passes;
    }

    @Property(tries = 150)
    void anyJsonIsReadAndJudged(@ForAll("documents") JsonValue document) throws MalformedSubjectException {
        byte[] text = CompactJson.of(document).getBytes(StandardCharsets.UTF_8);
        assertDecided(
                Engines.builder().daemonJson(text).info(text).version(text).build());
    }

    @Property(tries = 150)
    void anyTextIsReadOrRefusedWithAReason(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (Reader reader : List.<Reader>of(
                document -> Engines.builder().daemonJson(document).build(),
                document -> Engines.builder().info(document).build(),
                document -> Engines.builder().version(document).build())) {
            try {
                assertDecided(reader.read(bytes));
            } catch (MalformedSubjectException e) {
                assertFalse(e.reason().name().isEmpty());
            }
        }
    }

    @Property(tries = 200)
    void anyCommandLineIsReadAndJudged(@ForAll("words") List<String> words) throws MalformedSubjectException {
        assertDecided(Engines.builder().arguments(words).build());
        assertDecided(Engines.flags(String.join(" ", words)));
    }

    private static void assertDecided(EngineSubject engine) {
        Map<String, String> verdicts = Engines.verdicts(engine);
        assertEquals(40, verdicts.size());
        assertFalse(verdicts.containsValue("ERROR"), verdicts.toString());
    }

    @Provide
    Arbitrary<List<String>> words() {
        Arbitrary<String> flags = Arbitraries.of(EngineOption.all()).map(option -> "--" + option.flag());
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of(
                        "true", "false", "tcp://[::]:1", ":", "fd://", "a=b", "", "-", "--", "$X", "http://u:p@h", "/"),
                Arbitraries.strings().ofMaxLength(6));
        return Arbitraries.oneOf(
                        flags,
                        values,
                        Arbitraries.of("-H", "-D", "-DHx", "-l=", "dockerd", "-icc"),
                        Combinators.combine(flags, values).as((flag, value) -> flag + "=" + value))
                .list()
                .ofMaxSize(8);
    }

    /** The members of our documents, with values that fit now and then. */
    @Provide
    Arbitrary<JsonValue> documents() {
        Arbitrary<String> keys = Arbitraries.oneOf(
                Arbitraries.of(EngineOption.all()).map(EngineOption::key),
                Arbitraries.of(
                        "proxies",
                        "RegistryConfig",
                        "IndexConfigs",
                        "InsecureRegistryCIDRs",
                        "SecurityOptions",
                        "Swarm",
                        "Warnings",
                        "host",
                        "security",
                        "Components",
                        "Version",
                        "Name",
                        "Server",
                        "x",
                        "Containers",
                        "Plugins",
                        "Authorization",
                        "Debug",
                        "CgroupVersion",
                        "Driver",
                        "ServerErrors",
                        "OSType"));
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                                "tcp://0.0.0.0:1",
                                "name=seccomp,profile=x",
                                "1",
                                "",
                                "json-file",
                                "http://u:p@h",
                                "windows",
                                "\uffff")
                        .map(JsonValue.JsonString::new),
                Arbitraries.strings()
                        .ofMaxLength(8)
                        .map(EngineProperties::wellFormed)
                        .map(JsonValue.JsonString::new),
                Arbitraries.longs().map(number -> new JsonValue.JsonNumber(Long.toString(number))),
                Arbitraries.of(true, false).map(JsonValue.JsonBoolean::new),
                Arbitraries.just(JsonValue.JsonNull.INSTANCE));
        Arbitrary<JsonValue> nested = Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner,
                        inner.list().ofMaxSize(3).map(JsonValue.JsonArray::new),
                        Arbitraries.maps(keys, inner).ofMaxSize(3).map(JsonValue.JsonObject::new)),
                0,
                3);
        return Arbitraries.maps(keys, nested).ofMaxSize(10).map(JsonValue.JsonObject::new);
    }

    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
