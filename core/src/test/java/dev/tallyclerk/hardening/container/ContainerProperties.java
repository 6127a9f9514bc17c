package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.testing.JsonMembers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ContainerProperties {
    private static final String HOST_NETWORK = "NetworkMode:'host'";

    private static final List<String> BAD_HOST_CONFIG = List.of(
            "Binds:['/run/docker.sock:/a','/etc:/b:rshared']",
            "Mounts:[{'Type':'bind','Source':'/var','Target':'/c','BindOptions':{'Propagation':'shared'}},"
                    + "{'Type':'tmpfs','Target':'/d','TmpfsOptions':{'Options':[['exec']]}}]",
            "LogConfig:{'Type':'json-file','Config':{'max-file':'3'}}",
            HOST_NETWORK,
            "NetworkMode:'default'",
            "PortBindings:{'22/tcp':[{'HostIp':'','HostPort':'22'}]}",
            "RestartPolicy:{'Name':'on-failure','MaximumRetryCount':9}",
            "CapAdd:['SYS_ADMIN','NET_RAW']",
            "CapDrop:[]",
            "CgroupnsMode:'host'",
            "GroupAdd:['docker']",
            "IpcMode:'host'",
            "IpcMode:'shareable'",
            "Links:['/a:/b']",
            "OomScoreAdj:-5",
            "PidMode:'host'",
            "Privileged:true",
            "PublishAllPorts:true",
            "ReadonlyRootfs:false",
            "SecurityOpt:['seccomp=unconfined','label=disable','no-new-privileges=false']",
            "UTSMode:'host'",
            "UsernsMode:'host'",
            "Runtime:'mine'",
            "Memory:0",
            "NanoCpus:0",
            "CgroupParent:'/x'",
            "Devices:[{'PathOnHost':'/dev/sda','CgroupPermissions':'rwm'}]",
            "DeviceCgroupRules:['a']",
            "DeviceRequests:[{'Driver':'x'}]",
            "MemorySwap:-1",
            "OomKillDisable:true",
            "PidsLimit:0",
            "Ulimits:[]",
            "MaskedPaths:[]",
            "ReadonlyPaths:[]",
            "Sysctls:{'kernel.core_pattern':'x'}",
            "Tmpfs:{'/tmp':'exec'}");
    private static final List<String> BAD_CONFIG = List.of(
            "User:'0:0'",
            "Env:['DB_PASSWORD=x1']",
            "Cmd:['sshd']",
            "Healthcheck:{'Test':['NONE']}",
            "Healthcheck:null",
            "Image:'app'",
            "Entrypoint:['/usr/sbin/sshd']");
    private static final List<String> BAD_TOP = List.of(
            "Path:'/usr/sbin/sshd'",
            "Args:['sshd']",
            "State:{'Status':'exited','Running':false,'FinishedAt':'2020-01-01T00:00:00Z'}",
            "AppArmorProfile:'unconfined'",
            "NetworkSettings:{'Ports':{'80/tcp':[{'HostIp':'0.0.0.0','HostPort':'80'}]},'Networks':{'bridge':{},'back':{}}}",
            "OCIRuntime:'crun'",
            "ImageName:'app'");
    /** What Podman alone writes, always all of it: one of them taken away does not make a document Docker's. */
    private static final List<String> PODMAN = BAD_TOP.subList(5, 7);

    private static final String LISTED =
            "Mounts:[{'Type':'bind','Source':'/run/docker.sock','Destination':'/a','RW':true,"
                    + "'Propagation':''},{'Type':'bind','Source':'/etc','Destination':'/b','RW':true,'Propagation':'rshared'},"
                    + "{'Type':'bind','Source':'/var','Destination':'/c','RW':true,'Propagation':'shared'}]";

    /** What an engine leaves out, or a user names; without it the document says that there is none. */
    private static boolean isDocumentedDefault(String rule, String pointer) {
        return switch (rule) {
            case "RUN-022" -> pointer.contains("/TmpfsOptions") || pointer.startsWith("/HostConfig/Tmpfs");
            case "RUN-036", "RUN-037", "RUN-040" -> pointer.contains("/Ports/") || pointer.contains("/PortBindings/");
            case "RUN-041" -> pointer.equals("/NetworkSettings/Networks/bridge");
            case "RUN-046" -> pointer.startsWith("/Config/Healthcheck");
            case "RUN-054" -> pointer.startsWith("/HostConfig/Sysctls");
            default -> false;
        };
    }

    private static byte[] bytes(String document) {
        return document.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Outcome.Kind> verdicts(byte[] document) throws MalformedSubjectException {
        ContainerSubject container = ContainerReader.create().read(document).get(0);
        return Containers.verdicts(container
                .withProcesses(List.of("server"))
                .withChanges(List.of(new ContainerFileChange(ContainerFileChange.Kind.ADDED, "/bin/x"))));
    }

    @Example
    void removingAMemberOfABadContainerNeverMakesAPassExceptByADocumentedDefault() throws Exception {
        List<String> top = new ArrayList<>(BAD_TOP.subList(0, 5));
        top.add(LISTED);
        int compared = removeEach(Containers.document(BAD_HOST_CONFIG, BAD_CONFIG, top));
        compared += removeEach(Containers.document(List.of(), List.of(), List.of()));
        top.addAll(BAD_TOP.subList(5, 7));
        compared += removeEach(Containers.document(BAD_HOST_CONFIG, BAD_CONFIG, top));
        compared += removeEach(
                "{'ID':'a','Volumes':{'/x':'/etc'},'VolumesRW':{'/x':true},'Config':{'Memory':0},"
                        + "'HostConfig':{'Binds':['/etc:/x'],'Dns':null,'Links':['a'],'PortBindings':null,'VolumesFrom':null}}");
        assertTrue(compared > 10_000, "compared " + compared);
    }

    private static int removeEach(String text) throws Exception {
        JsonMembers members = JsonMembers.of(bytes(text));
        Map<String, Outcome.Kind> before = verdicts(bytes(text));
        int compared = 0;
        for (String pointer : members.pointers()) {
            compared += assertNoNewPass(before, verdicts(members.without(pointer)), pointer);
        }
        return compared;
    }

    private static int assertNoNewPass(
            Map<String, Outcome.Kind> before, Map<String, Outcome.Kind> after, String pointer) {
        after.forEach((rule, verdict) -> {
            Outcome.Kind was = before.get(rule);
            boolean isNew = verdict == Outcome.Kind.PASS && (was == Outcome.Kind.FAIL || was == Outcome.Kind.UNKNOWN);
            assertFalse(
                    isNew && !isDocumentedDefault(rule, pointer),
                    () -> rule + " was " + was + " and passes without " + pointer);
            assertFalse(verdict == Outcome.Kind.ERROR, rule);
        });
        return after.size();
    }

    @Property(tries = 300)
    void removingAMemberNeverMakesAPassExceptByADocumentedDefault(
            @ForAll("mixtures") String text, @ForAll("positions") int position) throws Exception {
        JsonMembers members = JsonMembers.of(bytes(text));
        List<String> pointers = members.pointers();
        String pointer = pointers.get(position % pointers.size());
        assertNoNewPass(verdicts(bytes(text)), verdicts(members.without(pointer)), pointer);
    }

    @Provide
    Arbitrary<Integer> positions() {
        return Arbitraries.integers().between(0, 1000);
    }

    /** Containers that keep to some rules and not to others, as an engine could write them. */
    @Provide
    Arbitrary<String> mixtures() {
        return net.jqwik.api.Combinators.combine(some(BAD_HOST_CONFIG), some(BAD_CONFIG), some(BAD_TOP))
                .as((hostConfig, config, top) -> {
                    Set<String> all = new LinkedHashSet<>(top);
                    all.add(LISTED);
                    if (!Collections.disjoint(all, PODMAN)) {
                        all.addAll(PODMAN);
                    }
                    List<String> host = new ArrayList<>(hostConfig);
                    if (all.stream().anyMatch(member -> member.startsWith("NetworkSettings:"))) {
                        // In the host's network there are no others to list.
                        host.remove(HOST_NETWORK);
                    }
                    return Containers.document(host, List.copyOf(config), List.copyOf(all));
                });
    }

    private static Arbitrary<Set<String>> some(List<String> members) {
        return Arbitraries.of(members).set().ofMaxSize(members.size() / 2);
    }

    @Property
    void arbitraryJsonIsReadOrRefusedWithAReason(@ForAll("documents") JsonValue document) throws IOException {
        readOrRefuse(CompactJson.of(document).getBytes(StandardCharsets.UTF_8));
    }

    @Property
    void arbitraryTextIsReadOrRefusedWithAReason(@ForAll String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        readOrRefuse(bytes);
        ContainerRecordReader records = ContainerRecordReader.create();
        for (RecordReading reading :
                List.<RecordReading>of(records::changes, records::execs, records::images, records::processes)) {
            try {
                reading.read(bytes);
            } catch (MalformedSubjectException e) {
                assertFalse(e.document().isEmpty());
            }
        }
    }

    private interface RecordReading {
        Object read(byte[] document) throws MalformedSubjectException;
    }

    private static void readOrRefuse(byte[] document) {
        try {
            for (ContainerSubject container : ContainerReader.create().read(document)) {
                assertEquals(0, Containers.audit(container).totals().get(Outcome.Kind.ERROR));
            }
        } catch (MalformedSubjectException e) {
            assertEquals("container", e.document());
        }
    }

    /** The names of containers, with values that fit now and then. */
    @Provide
    Arbitrary<JsonValue> documents() {
        Arbitrary<String> names = Arbitraries.of(
                "Id",
                "Name",
                "Config",
                "HostConfig",
                "Mounts",
                "NetworkSettings",
                "State",
                "Binds",
                "CapAdd",
                "CapDrop",
                "Privileged",
                "SecurityOpt",
                "Devices",
                "Ulimits",
                "Tmpfs",
                "Ports",
                "PortBindings",
                "80/tcp",
                "HostPort",
                "HostIp",
                "Networks",
                "Env",
                "User",
                "Entrypoint",
                "Healthcheck",
                "Test",
                "Type",
                "Source",
                "RW",
                "Propagation",
                "LogConfig",
                "RestartPolicy",
                "Sysctls",
                "DeviceCgroupRules",
                "Memory",
                "Image",
                "Volumes",
                "VolumesRW",
                "Status",
                "FinishedAt",
                "privileged");
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                                "bind",
                                "tmpfs",
                                "/a:/b:ro",
                                ":",
                                "",
                                "80",
                                "70-8",
                                "a",
                                "c *:* r",
                                "seccomp={",
                                "A=b",
                                "::")
                        .map(JsonValue.JsonString::new),
                Arbitraries.longs().map(number -> new JsonValue.JsonNumber(Long.toString(number))),
                Arbitraries.of(true, false).map(JsonValue.JsonBoolean::new),
                Arbitraries.just(JsonValue.JsonNull.INSTANCE));
        Arbitrary<JsonValue> nested = Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner,
                        inner.list().ofMaxSize(3).map(JsonValue.JsonArray::new),
                        Arbitraries.maps(names, inner).ofMaxSize(6).map(JsonValue.JsonObject::new)),
                0,
                4);
        return Arbitraries.oneOf(
                Arbitraries.maps(names, nested).ofMaxSize(8).map(JsonValue.JsonObject::new),
                nested.list().ofMaxSize(3).map(JsonValue.JsonArray::new));
    }
}
