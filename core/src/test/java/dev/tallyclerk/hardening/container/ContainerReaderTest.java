package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.model.HostConfig;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerReaderTest {
    private static List<ContainerSubject> read(String document) throws MalformedSubjectException {
        return ContainerReader.create().read(bytes(document));
    }

    private static byte[] bytes(String document) {
        return document.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static MalformedSubjectException refused(String document) {
        return assertThrows(MalformedSubjectException.class, () -> read(document));
    }

    @Test
    void readsOneContainerOrAnArrayOfThem() throws MalformedSubjectException {
        assertEquals(List.of(), read("[]"));
        assertEquals("a", read("{'Name':'/a'}").get(0).ref().name());
        assertEquals(
                List.of("a", "b"),
                read("[{'Name':'/a'},{'Name':'b'}]").stream()
                        .map(container -> container.ref().name())
                        .toList());
    }

    @Test
    void takesTheNameThatAClientLeavesInARequest() throws MalformedSubjectException {
        ContainerSubject request =
                read("{'name':'db','Image':'a:1','HostConfig':{}}").get(0);
        assertTrue(request.isRequest());
        assertEquals("db", request.ref().name());
        for (String other : List.of(
                "{'name':'db','Id':'a','HostConfig':{}}",
                "{'name':'db','id':'a','Image':'a:1'}",
                "{'Image':'a:1','HostConfig':{'RestartPolicy':{'name':'always'}}}")) {
            assertEquals(Reason.DUPLICATE_MEMBER, refused(other).reason(), other);
        }
    }

    @Test
    void linesHaveTheLimitsOfOneDocument() {
        String line = "{'Name':'a','Config':{}}\n".replace('\'', '"');
        byte[] lines = line.repeat(50).getBytes(StandardCharsets.UTF_8);
        ContainerReader small = ContainerReader.create().withLimits(new SubjectLimits(line.length() * 49));
        var e = assertThrows(MalformedSubjectException.class, () -> small.read(lines));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        byte[] empty = "[]\n".repeat(400_000).getBytes(StandardCharsets.UTF_8);
        ContainerReader exact =
                ContainerReader.create().withLimits(SubjectLimits.defaults().withMaxDocumentBytes(empty.length));
        e = assertThrows(MalformedSubjectException.class, () -> exact.read(empty));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void readsOneContainerOfEachLine() throws MalformedSubjectException {
        List<ContainerSubject> containers = read("{'Name':'a','Config':{}}\n\n[{'Name':'b','Config':{}}]\r\n");
        assertEquals(
                List.of("a", "b"),
                containers.stream().map(container -> container.ref().name()).toList());
        assertEquals(1, read("{\n'Name':'a'\n,'Config':\n{}\n}\n").size());
        assertEquals(
                2,
                read("[\n{'Name':'a','Config':{}},\n{'Name':'b','Config':{}}\n]")
                        .size());
        assertThrows(MalformedSubjectException.class, () -> read("{'Name':'a','Config':{}}\n{'Name':5}}"));
        assertThrows(MalformedSubjectException.class, () -> read("{'Name':'a','Config':{}} {'Name':'b','Config':{}}"));
    }

    @Test
    void namesAContainerByItsIdWithoutAName() throws MalformedSubjectException {
        assertEquals(
                "abababababab",
                read("{'Id':'" + "ab".repeat(32) + "'}").get(0).ref().name());
        assertEquals("app:1", read("{'Image':'app:1'}").get(0).ref().name());
        assertEquals("unnamed", read("{'Privileged':true}").get(0).ref().name());
        assertEquals(
                "host1/a", read("{'Name':'/a'}").get(0).onHost("host1").ref().name());
        assertEquals(
                Map.of("image", "app:1"),
                read("{'Name':'/a','Config':{'Image':'app:1'}}").get(0).ref().labels());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{| NOT_JSON|''",
                "5| WRONG_TYPE|''",
                "[{\"Name\":\"a\"},null]| WRONG_TYPE| /1",
                "{\"Id\":\"a\",\"HostConfig\":{\"Memory\":1,\"Memory\":2}}| DUPLICATE_MEMBER| /HostConfig/Memory",
                "[{\"Name\":\"a\"},{\"x\":1}]| MISSING_MEMBER| /1",
                "{}| MISSING_MEMBER|''",
            })
    void refusesWhatIsNoContainerAndSaysWhere(String document, Reason reason, String pointer) {
        MalformedSubjectException e = refused(document);
        assertEquals(reason, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @Test
    void refusesADocumentBeyondTheLimit() {
        ContainerReader small =
                ContainerReader.create().withLimits(SubjectLimits.defaults().withMaxDocumentBytes(10));
        MalformedSubjectException e =
                assertThrows(MalformedSubjectException.class, () -> small.read(bytes("{'Name':'/abc'}")));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refused("[".repeat(100) + "]".repeat(100)).reason());
    }

    @Test
    void refusesInARequestWhatTheEngineWouldTakeForAMemberAndARuleWouldNotSee() throws MalformedSubjectException {
        for (String request : List.of(
                "{'Image':'a','HostConfig':{'privileged':true}}",
                "{'PRIVILEGED':true,'CapAdd':[]}",
                "{'HostConfig':{'Mounts':[{'type':'bind','Source':'/','Target':'/a'}]}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','volumeOptions':{}}]}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','VolumeOptions':{'driverconfig':{}}}]}}",
                "{'HostConfig':{'Mounts':[{'Type':'volume','VolumeOptions':{'DriverConfig':{'options':{}}}}]}}",
                "{'HostConfig':{'Mounts':[{'Type':'tmpfs','tmpfsOptions':{}}]}}",
                "{'HostConfig':{'PortBindings':{'80/tcp':[{'hostip':'','HostPort':'80'}]}}}")) {
            assertEquals(Reason.DUPLICATE_MEMBER, refused(request).reason(), request);
        }
        read(
                "{'Image':'a','Labels':{'privileged':'x'},'HostConfig':{'LogConfig':{'Type':'a','Config':{'labels':'b'}}}}");
        read(
                "{'HostConfig':{'Mounts':[{'Type':'volume','VolumeOptions':{'DriverConfig':{'Options':{'Type':'a','type':'b'}}}}]}}");
    }

    @Test
    void refusesOtherCaseInWhatLooksLikeAContainerThatThereIs() throws MalformedSubjectException {
        for (String member : List.of("'privileged':true", "'pidmode':'host'", "'binds':['/:/host']", "'nanocpus':0")) {
            String decoy = "{'Id':'a','Config':{},'State':{},'HostConfig':{'Privileged':false," + member + "}}";
            assertEquals(Reason.DUPLICATE_MEMBER, refused(decoy).reason(), decoy);
        }
        assertEquals(
                Reason.DUPLICATE_MEMBER,
                refused("{'Id':'a','hostconfig':{'Privileged':true}}").reason());
        assertEquals(
                Reason.DUPLICATE_MEMBER,
                refused("{'Id':'a','Config':{'user':'root'}}").reason());
        // Podman 1, and the descriptor of an image in Docker 28.
        read("{'Id':'a','Config':{},'HostConfig':{'CPUQuota':1,'CPUSetCPUs':'','NanoCPUs':0}}");
        read("{'Id':'a','Config':{},'HostConfig':{},'ImageManifestDescriptor':{'annotations':{'a':'b'}}}");
        assertEquals(
                Reason.DUPLICATE_MEMBER,
                refused("{'Id':'a','HostConfig':{'NanoCpus':5,'NanoCPUs':0}}").reason());
    }

    @Test
    void refusesWhatIsHalfARequest() throws MalformedSubjectException {
        for (String member : List.of(
                "'User':'root'",
                "'Cmd':['a']",
                "'Env':[]",
                "'NetworkingConfig':{}",
                "'Privileged':true",
                "'Binds':[]")) {
            String both = "{'Id':'a','Image':'a:1','Config':{'User':'1'},'HostConfig':{}," + member + "}";
            assertEquals(Reason.BAD_VALUE, refused(both).reason(), both);
        }
        // An element of a list of containers, of Docker and of Podman.
        read("{'Id':'a','Image':'a:1','Labels':{},'State':'running','HostConfig':{'NetworkMode':'x'},'Mounts':[]}");
        read("{'AutoRemove':false,'Id':'a','Image':'a:1','Labels':{},'State':'running','Mounts':[]}");
    }

    @Test
    void refusesMembersOfHostConfigBesideIt() throws MalformedSubjectException {
        for (String member : List.of("'Privileged':true", "'Binds':['/:/h']", "'NetworkMode':'host'", "'CapAdd':[]")) {
            String old = "{'Image':'a:1','User':'1000'," + member + "}";
            assertEquals(Reason.BAD_VALUE, refused(old).reason(), old);
            assertEquals(
                    Reason.BAD_VALUE,
                    refused(old.replace("}", ",'HostConfig':{}}")).reason());
        }
        read("{'Image':'a:1','Memory':1,'MemorySwap':1,'CpuShares':1,'Cpuset':'0','Volumes':{},'HostConfig':{}}");
    }

    @Test
    void refusesAnotherSpellingOfTheDriverOfDevices() throws MalformedSubjectException {
        for (String member : List.of("'driver':'cdi'", "'DeviceIds':['a.test/x=0']")) {
            String request = "{'Image':'a:1','HostConfig':{'DeviceRequests':[{" + member + "}]}}";
            assertEquals(Reason.DUPLICATE_MEMBER, refused(request).reason(), request);
        }
        read("{'Image':'a:1','HostConfig':{'LogConfig':{'driver':'x'}}}");
    }

    @Test
    void refusesAnotherSpellingOfTheNetworksOfARequest() throws MalformedSubjectException {
        assertEquals(
                Reason.DUPLICATE_MEMBER,
                refused("{'Image':'a:1','NetworkingConfig':{'endpointsConfig':{'bridge':{}}}}")
                        .reason());
        read("{'Image':'a:1','NetworkingConfig':{'EndpointsConfig':{'image':{},'Image':{}}}}");
    }

    @Test
    void tellsARequestFromAContainer() throws MalformedSubjectException {
        assertTrue(read("{'Image':'a:1'}").get(0).isRequest());
        assertTrue(read("{'Privileged':true}").get(0).isRequest());
        assertFalse(read("{'Id':'a','Config':{},'HostConfig':{}}").get(0).isRequest());
    }

    @Test
    void takesWhatARequestLeavesOutForTheDocumentedDefaultOrLeavesItToTheImage() throws MalformedSubjectException {
        ContainerSubject request =
                read("{'Image':'app:1','HostConfig':{'ReadonlyRootfs':true}}").get(0);
        assertInstanceOf(Fact.Defaulted.class, request.hostConfig().privileged());
        assertInstanceOf(Fact.Missing.class, request.config().user());
        Map<String, Outcome.Kind> verdicts = Containers.verdicts(request);
        assertEquals(Outcome.Kind.PASS, verdicts.get("RUN-001"));
        assertEquals(Outcome.Kind.PASS, verdicts.get("RUN-002"));
        assertEquals(Outcome.Kind.FAIL, verdicts.get("RUN-029"));
        assertEquals(Outcome.Kind.UNKNOWN, verdicts.get("RUN-043"), "the image decides");
        assertEquals(Outcome.Kind.UNKNOWN, verdicts.get("RUN-059"), "there is no container yet");
        ContainerSubject hostConfig =
                read("{'Privileged':true,'Binds':['/run/docker.sock:/a']}").get(0);
        verdicts = Containers.verdicts(hostConfig);
        assertEquals(Outcome.Kind.FAIL, verdicts.get("RUN-001"));
        assertEquals(Outcome.Kind.FAIL, verdicts.get("RUN-002"));
        assertEquals(Outcome.Kind.UNKNOWN, verdicts.get("RUN-049"));
        assertEquals(
                Outcome.Kind.UNKNOWN,
                Containers.verdicts(read("{'VolumesFrom':['db'],'Binds':null}").get(0))
                        .get("RUN-002"));
    }

    @Test
    void takesMountsForThoseThatAreAskedForInAHostConfigAlone() throws MalformedSubjectException {
        ContainerSubject alone =
                read("{'Privileged':false,'Mounts':[{'Type':'bind','Source':'/etc','Target':'/x','ReadOnly':true}]}")
                        .get(0);
        Map<String, Outcome.Kind> verdicts = Containers.verdicts(alone);
        assertEquals(Outcome.Kind.PASS, verdicts.get("RUN-001"));
        assertEquals(Outcome.Kind.FAIL, verdicts.get("RUN-024"));
        assertEquals(Outcome.Kind.PASS, verdicts.get("RUN-023"));
    }

    @Test
    void refusesWhatIsNoContainerThoughItHasANameAndAnId() {
        for (String other : List.of(
                "{'Id':'sha256:a','RepoTags':['app:1'],'Config':{'User':''},'RootFS':{}}",
                "{'Name':'bridge','Id':'a','Scope':'local','Driver':'bridge'}",
                "{'Name':'data','Mountpoint':'/m','Scope':'local','Labels':{}}",
                "{'ID':'a','Version':{'Index':1},'Spec':{'Name':'web','TaskTemplate':{}},'Endpoint':{}}",
                "{'ID':'a','Spec':{'Role':'manager'},'Description':{'Hostname':'h'},'Status':{'State':'ready'}}",
                "{'Name':'default','Metadata':{},'Endpoints':{'docker':{'Host':'unix:///x'}},'TLSMaterial':{}}",
                "{'Command':'x','ID':'a','Image':'web:1','Mounts':'','Names':'web','Ports':'','State':'running'}",
                "{'Id':'a','Names':['/web'],'Image':'web:1','State':'running','HostConfig':{'NetworkMode':'x'}}")) {
            assertEquals(Reason.BAD_VALUE, refused(other).reason(), other);
        }
    }

    @Test
    void readsAMemberOfAnotherTypeAsMissingAndTheRestAsItIs() throws MalformedSubjectException {
        HostConfig config = read("{'Id':'a','HostConfig':{'Memory':'much','PidsLimit':5}}")
                .get(0)
                .hostConfig();
        Fact.Missing<?> memory = assertInstanceOf(Fact.Missing.class, config.memory());
        assertEquals(MissingValue.Reason.UNREADABLE, memory.reason());
        assertTrue(memory.what().contains("/HostConfig/Memory"), memory.what());
        assertEquals(5L, ((Fact.Known<Long>) config.pidsLimit()).value());
        assertEquals(
                MissingValue.Reason.UNREADABLE,
                ((Fact.Missing<?>) read("{'Id':'a','HostConfig':5}")
                                .get(0)
                                .hostConfig()
                                .memory())
                        .reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void readsWhatAShellWroteWithAMark(String charset) throws MalformedSubjectException {
        byte[] document = "\ufeff[{\"Name\":\"/ä\",\"Config\":{}}]\r\n".getBytes(Charset.forName(charset));
        assertEquals("ä", ContainerReader.create().read(document).get(0).ref().name());
        byte[] odd = Arrays.copyOf(document, document.length - 1);
        assertEquals(charset.equals("UTF-8"), readable(odd), "half a character is no text");
        ContainerReader small =
                ContainerReader.create().withLimits(SubjectLimits.defaults().withMaxDocumentBytes(4));
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(MalformedSubjectException.class, () -> small.read(document))
                        .reason());
    }

    private static boolean readable(byte[] document) {
        try {
            return !ContainerReader.create().read(document).isEmpty();
        } catch (MalformedSubjectException e) {
            return false;
        }
    }

    @Test
    void readsLabelsForRulesOfOthers() throws MalformedSubjectException {
        String labels = "{'Name':'a','Config':{'Labels':{'owner':'web'}},'HostConfig':{}}";
        assertEquals(
                Optional.of(Map.of("owner", "web")),
                known(read(labels).get(0).config().labels()));
        assertEquals(
                Optional.of(Map.of()),
                known(read(labels.replace("{'owner':'web'}", "null"))
                        .get(0)
                        .config()
                        .labels()));
        assertEquals(
                Optional.empty(),
                known(read("{'Name':'a','Config':{}}").get(0).config().labels()));
    }

    private static <T> Optional<T> known(Fact<T> fact) {
        return fact instanceof Fact.Known<T> known ? Optional.of(known.value()) : Optional.empty();
    }

    @Test
    void readsPodmansSpellings() throws MalformedSubjectException {
        ContainerSubject podman =
                read("{'Id':'a','Name':'web','ImageName':'docker.io/library/nginx:1','OCIRuntime':'crun',"
                                + "'BoundingCaps':['CAP_CHOWN'],'Config':{'Entrypoint':'/docker-entrypoint.sh  nginx','StopSignal':3},"
                                + "'HostConfig':{'Runtime':'oci','CgroupMode':'private','CgroupParent':'user.slice','PidMode':'private',"
                                + "'Ulimits':[{'Name':'RLIMIT_NOFILE','Soft':1,'Hard':2}]}}")
                        .get(0);
        assertEquals(
                List.of("/docker-entrypoint.sh", "nginx"),
                ((Fact.Known<List<String>>) podman.config().entrypoint()).value());
        Map<String, Outcome.Kind> verdicts = Containers.verdicts(podman);
        for (String rule : List.of("RUN-005", "RUN-009", "RUN-014", "RUN-033", "RUN-048", "RUN-049", "RUN-053")) {
            assertEquals(Outcome.Kind.PASS, verdicts.get(rule), rule);
        }
    }

    @Test
    void pointsIntoTheContainersOwnObjectWhateverStandsBesideIt() throws MalformedSubjectException {
        ContainerSubject second = read("[{'Name':'a'},{'Name':'b','HostConfig':{'Privileged':true}}]")
                .get(1);
        Fact.Known<Boolean> privileged =
                (Fact.Known<Boolean>) second.hostConfig().privileged();
        assertEquals("container#/HostConfig/Privileged", privileged.at().toString());
    }
}
