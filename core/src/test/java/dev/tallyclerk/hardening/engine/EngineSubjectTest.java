package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSubjectTest {
    private static <T> Fact<T> inFile(T value, String... path) {
        return Fact.known(value, Location.pointer("daemon.json", path));
    }

    private static <T> Fact<T> inFlags(T value, String flag) {
        return Fact.known(value, new Location.Whole("dockerd --" + flag));
    }

    private static MissingValue.Reason reason(Fact<?> fact) {
        return ((Fact.Missing<?>) fact).reason();
    }

    private static <T> T assumed(Fact<T> fact) {
        return ((Fact.Defaulted<T>) fact).value();
    }

    @Test
    void nothingIsKnownOfAnEngineWithoutDocuments() {
        EngineSubject engine = Engines.builder().build();
        for (EngineOption<?> option : EngineOption.all()) {
            assertEquals(MissingValue.Reason.SOURCE_NOT_PROVIDED, reason(engine.configured(option)), option.key());
        }
        assertEquals(
                MissingValue.Reason.SOURCE_NOT_PROVIDED, reason(engine.info().securityOptions()));
        assertEquals(MissingValue.Reason.SOURCE_NOT_PROVIDED, reason(engine.serverVersion()));
    }

    @Test
    void aGivenFileWithoutAKeyMeansTheDocumentedDefault() throws MalformedSubjectException {
        EngineSubject engine = Engines.file("{}");
        assertEquals(true, assumed(engine.configured(EngineOption.ICC)));
        assertEquals("json-file", assumed(engine.configured(EngineOption.LOG_DRIVER)));
        assertEquals(MissingValue.Reason.SOURCE_NOT_PROVIDED, reason(engine.listeners()));
        assertEquals(
                List.of(new ListenAddress("unix", "/var/run/docker.sock")),
                assumed(Engines.both("{}", "dockerd").listeners()));
    }

    @Test
    void aGivenCommandLineAloneMeansTheDocumentedDefaultToo() throws MalformedSubjectException {
        assertEquals(true, assumed(Engines.flags("dockerd").configured(EngineOption.ICC)));
    }

    @Test
    void aConfigurationFileThatIsNamedAndNotGivenLeavesEverythingOpen() throws MalformedSubjectException {
        EngineSubject engine = Engines.flags("dockerd --config-file /srv/docker.json --icc=false");
        assertEquals(MissingValue.Reason.SOURCE_NOT_PROVIDED, reason(engine.configured(EngineOption.LOG_DRIVER)));
        assertEquals(inFlags(false, "icc"), engine.configured(EngineOption.ICC));
    }

    @Test
    void aVariableOnTheCommandLineLeavesEverythingElseOpen() throws MalformedSubjectException {
        EngineSubject engine = Engines.both("{'icc':false}", "/usr/bin/dockerd -H fd:// $DOCKER_OPTS");
        assertEquals(MissingValue.Reason.UNRESOLVED_VARIABLE, reason(engine.configured(EngineOption.LOG_DRIVER)));
        assertEquals(inFile(false, "icc"), engine.configured(EngineOption.ICC));
        // A later flag wins or adds.
        assertEquals(MissingValue.Reason.UNRESOLVED_VARIABLE, reason(engine.listeners()));
        EngineSubject flags = Engines.flags("dockerd --icc=false --no-new-privileges $O");
        assertEquals(MissingValue.Reason.UNRESOLVED_VARIABLE, reason(flags.configured(EngineOption.ICC)));
        assertEquals(MissingValue.Reason.UNRESOLVED_VARIABLE, reason(flags.configured(EngineOption.NO_NEW_PRIVILEGES)));
    }

    @ParameterizedTest
    @CsvSource({"26.1.5,false", "27.0.0,true", "29.0.1,true", "20.10.24+dfsg1,false"})
    void aDefaultFollowsTheVersionOfTheEngine(String version, boolean expected) throws MalformedSubjectException {
        EngineSubject engine = Engines.builder()
                .daemonJson(Engines.json("{}"))
                .version(Engines.json("{'Version':'" + version + "'}"))
                .build();
        assertEquals(expected, assumed(engine.configured(EngineOption.IP6TABLES)));
    }

    @Test
    void aDefaultThatDependsOnAnUnknownVersionIsMissing() throws MalformedSubjectException {
        assertEquals(MissingValue.Reason.KEY_MISSING, reason(Engines.file("{}").configured(EngineOption.IP6TABLES)));
    }

    @Test
    void readsOptionsOfDriversFromFileAndFlags() throws MalformedSubjectException {
        Map<String, Map<String, String>> expected =
                Map.of("bridge", Map.of("a", "1=2", "b", "3"), "ipvlan", Map.of("c", ""));
        EngineSubject file = Engines.file("{'default-network-opts':{'bridge':{'a':'1=2','b':'3'},'ipvlan':{'c':''}}}");
        assertEquals(inFile(expected, "default-network-opts"), file.option(EngineOption.DEFAULT_NETWORK_OPTS));
        String flag = " --default-network-opt ";
        EngineSubject flags =
                Engines.flags("dockerd" + flag + "bridge=a=1=2" + flag + "ipvlan=c=" + flag + "bridge=b=3");
        assertEquals(inFlags(expected, "default-network-opt"), flags.option(EngineOption.DEFAULT_NETWORK_OPTS));
        for (EngineSubject refused : List.of(
                Engines.flags("dockerd" + flag + "bridge=a"),
                Engines.file("{'default-network-opts':{'bridge':'a'}}"))) {
            assertEquals(MissingValue.Reason.UNREADABLE, reason(refused.option(EngineOption.DEFAULT_NETWORK_OPTS)));
        }
    }

    @Test
    void readsEveryTypeOfValueFromTheFile() throws MalformedSubjectException {
        EngineSubject engine = Engines.file("{'icc':false,'log-driver':'syslog','hosts':['tcp://:1','fd://'],"
                + "'log-opts':{'max-size':'1m'},'default-ulimits':{'nofile':{'Name':'nofile','Soft':1}},"
                + "'features':{'cdi':true},'proxies':{'http-proxy':'http://p'}}");
        assertEquals(inFile(false, "icc"), engine.option(EngineOption.ICC));
        assertEquals(inFile("syslog", "log-driver"), engine.option(EngineOption.LOG_DRIVER));
        assertEquals(inFile(List.of("tcp://:1", "fd://"), "hosts"), engine.option(EngineOption.HOSTS));
        assertEquals(inFile(Map.of("max-size", "1m"), "log-opts"), engine.option(EngineOption.LOG_OPTS));
        assertEquals(
                inFile(Map.of("nofile", "{\"Name\":\"nofile\",\"Soft\":1}"), "default-ulimits"),
                engine.option(EngineOption.DEFAULT_ULIMITS));
        assertEquals(inFile(Map.of("cdi", "true"), "features"), engine.option(EngineOption.FEATURES));
        assertEquals(inFile("http://p", "proxies", "http-proxy"), engine.option(EngineOption.HTTP_PROXY));
    }

    @Test
    void nullInTheFileIsAsIfTheKeyWereNotThere() throws MalformedSubjectException {
        assertEquals(true, assumed(Engines.file("{'icc':null}").configured(EngineOption.ICC)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{'icc':'false'}", "{'icc':0}", "{'icc':[]}"})
    void aValueThatTheEngineRefusesIsUnreadable(String file) throws MalformedSubjectException {
        assertEquals(MissingValue.Reason.UNREADABLE, reason(Engines.file(file).configured(EngineOption.ICC)));
    }

    @Test
    void anEmptyTextLeavesTheDefault() throws MalformedSubjectException {
        assertEquals("json-file", assumed(Engines.file("{'log-driver':''}").configured(EngineOption.LOG_DRIVER)));
        assertEquals("0.0.0.0", assumed(Engines.flags("dockerd --ip=").configured(EngineOption.IP)));
    }

    @Test
    void aBlankCommandLineIsNone() throws MalformedSubjectException {
        assertEquals(
                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                reason(Engines.flags(" \n").configured(EngineOption.ICC)));
    }

    @Test
    void ofEqualKeysTheLastCounts() throws MalformedSubjectException {
        assertEquals(
                inFile(true, "icc"), Engines.file("{'icc':false,'icc':true}").configured(EngineOption.ICC));
    }

    @Test
    void anEmptyFileSetsNothing() throws MalformedSubjectException {
        assertEquals(true, assumed(Engines.file(" \n").configured(EngineOption.ICC)));
    }

    @Test
    void readsTheEncodingsThatAMarkNames() throws MalformedSubjectException {
        byte[] little = "\ufeff{\"icc\":false}".getBytes(StandardCharsets.UTF_16LE);
        byte[] big = "\ufeff{\"icc\":false}".getBytes(StandardCharsets.UTF_16BE);
        byte[] utf8 = "\ufeff{\"icc\":false}".getBytes(StandardCharsets.UTF_8);
        for (byte[] file : List.of(little, big, utf8)) {
            EngineSubject engine = Engines.builder().daemonJson(file).build();
            assertEquals(inFile(false, "icc"), engine.configured(EngineOption.ICC));
        }
    }

    @Test
    void anOptionInFileAndFlagsIsMissingWhereTheyDiffer() throws MalformedSubjectException {
        EngineSubject engine = Engines.both("{'icc':false,'debug':true}", "dockerd --icc --debug");
        assertEquals(MissingValue.Reason.IMPLAUSIBLE, reason(engine.configured(EngineOption.ICC)));
        assertEquals(inFile(true, "debug"), engine.configured(EngineOption.DEBUG));
        assertEquals(List.of("icc", "debug"), engine.configuration().keysInBoth());
    }

    @Test
    void runtimesOfFileAndFlagsAddUp() throws MalformedSubjectException {
        EngineSubject engine = Engines.both("{'runtimes':{'a':{'path':'/a'}}}", "dockerd --add-runtime b=/b");
        assertEquals(
                inFile(Map.of("a", "{\"path\":\"/a\"}", "b", "/b"), "runtimes"),
                engine.configured(EngineOption.RUNTIMES));
        assertEquals(List.of(), engine.configuration().keysInBoth());
    }

    @Test
    void aRuntimeMayHaveNoncharacters() throws MalformedSubjectException {
        EngineSubject engine = Engines.both("{'runtimes':{'a':{'path':'/\uffff'}}}", "dockerd");
        assertEquals(
                inFile(Map.of("a", "{\"path\":\"/\uffff\"}"), "runtimes"), engine.configured(EngineOption.RUNTIMES));
    }

    @Test
    void theRunningEngineCountsBeforeItsConfiguration() throws MalformedSubjectException {
        EngineSubject engine = Engines.fileAndInfo("{'log-driver':'syslog'}", Engines.PLAIN_INFO);
        assertEquals(
                Fact.known("json-file", Location.pointer("info", "LoggingDriver")),
                engine.option(EngineOption.LOG_DRIVER));
        assertEquals(inFile("syslog", "log-driver"), engine.configured(EngineOption.LOG_DRIVER));
    }

    @Test
    void settingTlsverifyToWhateverValueTurnsTlsOn() throws MalformedSubjectException {
        assertEquals(
                inFile(true, "tlsverify"), Engines.file("{'tlsverify':false}").usesTls());
        assertEquals(inFile(false, "tls"), Engines.file("{'tls':false}").usesTls());
        assertEquals(false, assumed(Engines.file("{}").usesTls()));
    }

    @Test
    void aReportOfAClientThatReachedNoEngineSaysNothing() throws MalformedSubjectException {
        EngineSubject engine = Engines.info("{'ID':'','Containers':0,'Debug':false,'SecurityOptions':null,"
                + "'ServerErrors':['Cannot connect to the Docker daemon'],'ClientInfo':{}}");
        assertEquals(MissingValue.Reason.UNREADABLE, reason(engine.info().securityOptions()));
        assertEquals(MissingValue.Reason.UNREADABLE, reason(engine.info().debug()));
    }

    @Test
    void readsWhatPodmanReportsInItsOwnForm() throws MalformedSubjectException {
        EngineInfo info = Engines.info("{'host':{'cgroupVersion':'v2','logDriver':'journald','os':'linux',"
                        + "'ociRuntime':{'name':'crun'},'security':{'apparmorEnabled':false,'rootless':true,"
                        + "'seccompEnabled':true,'seccompProfilePath':'/usr/share/containers/seccomp.json',"
                        + "'selinuxEnabled':true}},'store':{'graphDriverName':'overlay','containerStore':"
                        + "{'number':3,'running':1}},'plugins':{'authorization':null},'version':{'Version':'4.9.3'}}")
                .info();
        assertEquals(Fact.known("2", Location.pointer("info", "host", "cgroupVersion")), info.cgroupVersion());
        assertEquals(
                Fact.known(
                        List.of(
                                new SecurityOption("selinux", Map.of()),
                                new SecurityOption("seccomp", Map.of("profile", "/usr/share/containers/seccomp.json")),
                                new SecurityOption("rootless", Map.of())),
                        Location.pointer("info", "host", "security")),
                info.securityOptions());
        assertEquals(Fact.known("4.9.3", Location.pointer("info", "version", "Version")), info.serverVersion());
        assertEquals(Fact.known(3L, Location.pointer("info", "store", "containerStore", "number")), info.containers());
        assertEquals(MissingValue.Reason.KEY_MISSING, reason(info.debug()));
    }

    @Test
    void readsTheReportsOfOldEngines() throws MalformedSubjectException {
        EngineInfo info = Engines.info("{'Debug':1,'MemoryLimit':1,'SwapLimit':0,'SecurityOptions':['apparmor']}")
                .info();
        assertEquals(Fact.known(true, Location.pointer("info", "Debug")), info.debug());
        assertEquals(Fact.known(false, Location.pointer("info", "SwapLimit")), info.limit("SwapLimit"));
        assertEquals(Fact.known(true, Location.pointer("info", "SecurityOptions")), info.whetherHas("apparmor"));
    }

    @Test
    void readsTheVersionsOfClientAndServer() throws MalformedSubjectException {
        String parts = "{'Version':'26.1.5','Components':[{'Name':'runc','Version':'1.1.15'}]}";
        EngineSubject api = Engines.builder().version(Engines.json(parts)).build();
        EngineSubject client = Engines.builder()
                .version(Engines.json("{'Client':{'Version':'1'},'Server':" + parts + "}"))
                .build();
        EngineSubject alone = Engines.builder()
                .version(Engines.json("{'Client':{'Version':'1'},'Server':null}"))
                .build();
        assertEquals(Fact.known("26.1.5", Location.pointer("version", "Version")), api.serverVersion());
        assertEquals(Fact.known("26.1.5", Location.pointer("version", "Server", "Version")), client.serverVersion());
        assertEquals(Fact.known(Map.of("runc", "1.1.15"), Location.pointer("version", "Components")), api.components());
        assertEquals(MissingValue.Reason.KEY_MISSING, reason(alone.components()));
    }

    @Test
    void onlyOneLinuxSecurityModuleIsEnforced() throws MalformedSubjectException {
        assertEquals(
                Fact.known(false, Location.pointer("info", "SecurityOptions")),
                Engines.info("{'SecurityOptions':['name=apparmor']}").selinuxHost());
        assertEquals(
                Fact.known(true, Location.pointer("info", "SecurityOptions")),
                Engines.info("{'SecurityOptions':['name=selinux']}").selinuxHost());
        assertTrue(Engines.info("{'SecurityOptions':[]}").selinuxHost() instanceof Fact.Missing);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|NOT_JSON|''",
                "[]|WRONG_TYPE|''",
                "true|WRONG_TYPE|''",
                "{'a':{'b':1 2}}|NOT_JSON|/a/b",
            })
    void aBrokenFileIsRefusedWithReasonAndPlace(String file, MalformedSubjectException.Reason reason, String pointer) {
        MalformedSubjectException e = assertThrows(MalformedSubjectException.class, () -> Engines.file(file));
        assertEquals(reason, e.reason());
        assertEquals("daemon.json", e.document());
        assertTrue(pointer.isEmpty() || e.pointer().startsWith("/a"), e.pointer());
    }

    @Test
    void refusesBrokenReportsAndTooLongDocuments() {
        EngineSubject.Builder small =
                EngineSubject.builder("test", SubjectLimits.defaults().withMaxDocumentBytes(4));
        assertEquals(
                MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                assertThrows(MalformedSubjectException.class, () -> small.info(Engines.json("{'a':1}")))
                        .reason());
        assertEquals(
                MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                assertThrows(MalformedSubjectException.class, () -> small.commandLine("dockerd"))
                        .reason());
        assertEquals(
                MalformedSubjectException.Reason.WRONG_TYPE,
                assertThrows(
                                MalformedSubjectException.class,
                                () -> Engines.builder().version(Engines.json("[]")))
                        .reason());
        assertEquals(
                MalformedSubjectException.Reason.NOT_JSON,
                assertThrows(
                                MalformedSubjectException.class,
                                () -> Engines.builder().daemonJson(new byte[] {(byte) 0xFF, (byte) 0xFE, 0}))
                        .reason());
    }

    @Test
    void countsTheImagesThatHaveAContainer() throws MalformedSubjectException {
        EngineSubject engine = Engines.builder()
                .imageUse(
                        Engines.json("[{'Id':'sha256:a'},{'Id':'sha256:b'},{'Id':'c'}]"),
                        Engines.json("[{'ImageID':'a'},{'ImageID':'sha256:a'},{'ImageID':'sha256:gone'}]"))
                .build();
        assertEquals(Fact.known(new EngineSubject.ImageUse(3, 1), new Location.Whole("images")), engine.imageUse());
        assertEquals(
                MalformedSubjectException.Reason.MISSING_MEMBER,
                assertThrows(
                                MalformedSubjectException.class,
                                () -> Engines.builder().imageUse(Engines.json("[]"), Engines.json("[{}]")))
                        .reason());
    }
}
