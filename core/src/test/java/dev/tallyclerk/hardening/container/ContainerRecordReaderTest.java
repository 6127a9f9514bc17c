package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.container.model.ContainerFileChange;
import dev.tallyclerk.hardening.container.model.ContainerFileChange.Kind;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.hardening.container.model.LocalVolume;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerRecordReaderTest {
    private static final ContainerRecordReader READER = ContainerRecordReader.create();

    private static byte[] bytes(String document) {
        return document.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Reason refused(Executable reading) {
        return assertThrows(MalformedSubjectException.class, reading::run).reason();
    }

    private interface Executable {
        void run() throws MalformedSubjectException;
    }

    @Test
    void readsChangesInEachForm() throws MalformedSubjectException {
        List<ContainerFileChange> changes = List.of(
                new ContainerFileChange(Kind.MODIFIED, "/etc"),
                new ContainerFileChange(Kind.ADDED, "/etc/a b"),
                new ContainerFileChange(Kind.DELETED, "/x"));
        assertEquals(changes, READER.changes(bytes("C /etc\nA /etc/a b\nD /x\n")));
        assertEquals(
                changes,
                READER.changes(
                        bytes("[{'Path':'/etc','Kind':0},{'Path':'/etc/a b','Kind':1},{'Path':'/x','Kind':2}]")));
        assertEquals(changes, READER.changes(bytes("{'changed':['/etc'],'added':['/etc/a b'],'deleted':['/x']}")));
        assertEquals(
                changes, READER.changes("\ufeffC /etc\r\nA /etc/a b\r\nD /x\r\n".getBytes(StandardCharsets.UTF_16LE)));
        assertEquals(
                List.of(
                        new ContainerFileChange(Kind.ADDED, "/a"),
                        new ContainerFileChange(Kind.ADDED, "/a\nb\nE c"),
                        new ContainerFileChange(Kind.DELETED, "/x")),
                READER.changes(bytes("A /a\nb\nE c\nD /x\n")));
        assertEquals(List.of(), READER.changes(new byte[0]));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.changes(bytes("Error: no such container"))));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.changes(bytes("[{'Path':'/etc','Kind':3}]"))));
    }

    @Test
    void readsExecRecords() throws MalformedSubjectException {
        List<ExecRecord> records =
                READER.execs(bytes("[{'ContainerID':'c','ProcessConfig':{'privileged':true,'user':'0'}},"
                        + "{'ProcessConfig':{'privileged':false}},{'ID':'x'}]"));
        assertEquals("c", records.get(0).containerId());
        assertEquals("0", ((Fact.Known<String>) records.get(0).user()).value());
        assertEquals("", ((Fact.Known<String>) records.get(1).user()).value(), "left out for none");
        assertInstanceOf(Fact.Missing.class, records.get(2).user());
        assertInstanceOf(Fact.Missing.class, records.get(2).privileged());
        assertEquals(1, READER.execs(bytes("{'ProcessConfig':{}}")).size());
        assertEquals(Reason.WRONG_TYPE, refused(() -> READER.execs(bytes("[5]"))));
    }

    @Test
    void readsImages() throws MalformedSubjectException {
        assertEquals(
                List.of(new LocalImage("sha256:a", List.of("app:1"), List.of())),
                READER.images(bytes("[{'Id':'sha256:a','RepoTags':['app:1'],'RepoDigests':null}]")));
        assertEquals(Reason.MISSING_MEMBER, refused(() -> READER.images(bytes("[{}]"))));
    }

    @Test
    void readsWhatAnImageSetsInEachForm() throws MalformedSubjectException {
        String config = "{'User':'7','Env':['A=b'],'Entrypoint':['/e'],'Cmd':['c'],'Healthcheck':{'Test':['CMD','t']},"
                + "'ExposedPorts':{'80/tcp':{}}}";
        for (String document : List.of(
                "[{'Id':'sha256:a','Config':" + config + ",'RootFS':{}}]",
                "{'Id':'sha256:a','Config':" + config + ",'config':{'User':'8'}}",
                "{'architecture':'amd64','os':'linux','config':" + config + ",'rootfs':{}}")) {
            ImageDefaults defaults = READER.imageDefaults(bytes(document));
            assertEquals("7", value(defaults.user()));
            assertEquals(List.of("A=b"), value(defaults.env()));
            assertEquals(List.of("/e"), value(defaults.entrypoint()));
            assertEquals(List.of("c"), value(defaults.cmd()));
            assertEquals(List.of("80/tcp"), value(defaults.exposedPorts()));
            assertEquals(
                    List.of("CMD", "t"),
                    value(defaults.healthcheck()).orElseThrow().test());
        }
    }

    @Test
    void whatAnImageLeavesOutItDoesNotSet() throws MalformedSubjectException {
        for (String document : List.of("{'RootFS':{},'Config':null}", "{'Config':{'Env':null}}", "{'rootfs':{}}")) {
            ImageDefaults defaults = READER.imageDefaults(bytes(document));
            assertEquals("", value(defaults.user()), document);
            assertEquals(Optional.empty(), value(defaults.healthcheck()), document);
        }
        assertInstanceOf(
                Fact.Missing.class,
                READER.imageDefaults(bytes("{'Config':{'User':5}}")).user());
        assertInstanceOf(
                Fact.Missing.class, READER.imageDefaults(bytes("{'Config':[]}")).user());
    }

    @Test
    void refusesWhatIsNotOneImage() {
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.imageDefaults(bytes("[]"))));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.imageDefaults(bytes("[{'Config':{}},{'Config':{}}]"))));
        assertEquals(Reason.MISSING_MEMBER, refused(() -> READER.imageDefaults(bytes("{'Id':'sha256:a','Size':5}"))));
        // An engine always writes its Config: where it is not, somebody has taken it away, and with it what would fail.
        assertEquals(
                Reason.MISSING_MEMBER, refused(() -> READER.imageDefaults(bytes("{'Id':'sha256:a','RootFS':{}}"))));
        assertEquals(Reason.WRONG_TYPE, refused(() -> READER.imageDefaults(bytes("[5]"))));
    }

    private static <T> T value(Fact<T> fact) {
        return fact.<Optional<T>>fold(
                        (value, at) -> Optional.of(value),
                        assumed -> Optional.of(assumed.value()),
                        missing -> Optional.empty())
                .orElseThrow();
    }

    @Test
    void readsProcessesInEachForm() throws MalformedSubjectException {
        assertEquals(
                List.of("/bin/server --port 1", "sshd"),
                READER.processes(bytes("F  PID TTY CMD\n4  1 ? /bin/server --port 1\n4  7 ? sshd\n")));
        assertEquals(
                List.of("sshd -D"), READER.processes(bytes("{'Titles':['PID','CMD'],'Processes':[['1','sshd -D']]}")));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.processes(bytes("exec failed: no ps"))));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.processes(new byte[0])));
        assertEquals(Reason.BAD_VALUE, refused(() -> READER.processes(bytes("{'Processes':[[]]}"))));
    }

    @Test
    void refusesDocumentsBeyondTheLimit() {
        ContainerRecordReader small = READER.withLimits(SubjectLimits.defaults().withMaxDocumentBytes(4));
        assertEquals(Reason.LIMIT_EXCEEDED, refused(() -> small.changes(bytes("C /etc"))));
        assertEquals(Reason.LIMIT_EXCEEDED, refused(() -> small.images(bytes("[    ]"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'Volumes':[{'Name':'v','Driver':'local','Mountpoint':'/m','Options':{'o':'bind','device':'/etc'}}],"
                        + "'Warnings':null}",
                "[{'Name':'v','Driver':'local','Mountpoint':'/m','Options':{'o':'bind','device':'/etc'}}]",
                "{'Name':'v','Mountpoint':'/m','Options':{'o':'bind','device':'/etc'}}",
            })
    void volumesAreAListOrAnInspection(String document) throws MalformedSubjectException {
        assertEquals(
                List.of(new LocalVolume("v", "local", "/m", Map.of("o", "bind", "device", "/etc"))),
                ContainerRecordReader.create().volumes(volumeList(document)));
    }

    @Test
    void noVolumesAreAnEmptyList() throws MalformedSubjectException {
        for (String document : List.of("{'Volumes':null,'Warnings':null}", "{'Volumes':[]}", "[]")) {
            assertEquals(List.of(), ContainerRecordReader.create().volumes(volumeList(document)));
        }
        MalformedSubjectException refused = assertThrows(
                MalformedSubjectException.class,
                () -> ContainerRecordReader.create().volumes(volumeList("{'message':'no'}")));
        assertEquals(MalformedSubjectException.Reason.MISSING_MEMBER, refused.reason());
    }

    private static byte[] volumeList(String document) {
        return document.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
