package dev.tallyclerk.registry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageConfigTest {
    private static final String DIFF_ID = "sha256:" + "ab".repeat(32);
    private static final String MINIMAL =
            "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':['" + DIFF_ID + "']}}";

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static ImageConfig parse(String json) throws MalformedDocumentException {
        return ImageConfig.parse(bytes(json));
    }

    private static String with(String member) {
        return MINIMAL.substring(0, MINIMAL.length() - 1) + "," + member + "}";
    }

    @Test
    void readsEveryMember() throws MalformedDocumentException {
        ImageConfig config = parse(with("'created':'2023-11-14T22:13:20.5+01:00','author':'a','variant':'v8',"
                        + "'os.version':'10.0','os.features':['win32k'],'unknown':{'x':[1,null]},"
                        + "'config':{'User':'1:2','ExposedPorts':{'8080/tcp':{},'53':null},'Env':['A=b'],'Entrypoint':['/e'],"
                        + "'Cmd':['c'],'Volumes':{'/v':{}},'WorkingDir':'/w','Labels':{'k':'v'},'StopSignal':'SIGINT',"
                        + "'Healthcheck':{'Test':['CMD','t'],'Interval':1000000000,'Timeout':2,'StartPeriod':3,'StartInterval':5,'Retries':4,'New':1},"
                        + "'OnBuild':['RUN x'],'Shell':['/bin/bash'],'ArgsEscaped':true,'Hostname':'h'},"
                        + "'history':[{'created':'2023-11-14T22:13:20Z','created_by':'b','author':'a','comment':'c',"
                        + "'empty_layer':true},{'extra':[]}]")
                .replace("'type':'layers'", "'type':'layers','base_layer':true"));
        assertEquals("linux", config.platform().os());
        assertEquals("amd64", config.platform().architecture());
        assertEquals(Optional.of("v8"), config.platform().variant());
        assertEquals(Optional.of("10.0"), config.platform().osVersion());
        assertEquals(List.of("win32k"), config.platform().osFeatures());
        assertEquals(Optional.of("a"), config.author());
        assertEquals(Optional.of(Instant.parse("2023-11-14T21:13:20.5Z")), config.created());
        assertEquals(List.of(Digest.parse(DIFF_ID)), config.diffIds());
        ExecutionParameters execution = config.execution();
        assertEquals("1:2", execution.user());
        assertEquals(List.of("8080/tcp", "53"), execution.exposedPorts());
        assertEquals(List.of("A=b"), execution.env());
        assertEquals(List.of("/e"), execution.entrypoint());
        assertEquals(List.of("c"), execution.command());
        assertEquals(List.of("/v"), execution.volumes());
        assertEquals("/w", execution.workingDir());
        assertEquals(Map.of("k", "v"), execution.labels());
        assertEquals("SIGINT", execution.stopSignal());
        assertEquals(Duration.ofSeconds(1), execution.healthcheck().interval());
        assertEquals(Duration.ofNanos(5), execution.healthcheck().startInterval());
        assertEquals(4, execution.healthcheck().retries());
        assertEquals(Map.of("Hostname", "\"h\""), execution.unknownMembers());
        assertEquals(Map.of("New", "1"), execution.healthcheck().unknownMembers());
        assertEquals(Map.of("unknown", "{\"x\":[1,null]}"), config.unknownMembers());
        assertEquals(Map.of("base_layer", "true"), config.rootfs().unknownMembers());
        assertEquals(Map.of("extra", "[]"), config.history().get(1).unknownMembers());
        assertEquals("linux(10.0+win32k)/amd64/v8", config.platform().specifier());
        assertTrue(execution.healthcheck().isSet());
        assertEquals(List.of("RUN x"), execution.onBuild());
        assertEquals(List.of("/bin/bash"), execution.shell());
        assertTrue(execution.argsEscaped());
        assertEquals("b", config.history().get(0).createdBy());
        assertTrue(config.history().get(0).emptyLayer());
        assertEquals(Optional.empty(), config.history().get(1).created());
    }

    @Test
    void takesNullForNoLayersInEitherForm() throws MalformedDocumentException {
        byte[] document = "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':null}}"
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(MediaType.OCI_CONFIG, MediaType.DOCKER_CONFIG)) {
            assertEquals(
                    List.of(),
                    ImageConfig.parse(document, type, DocumentLimits.defaults()).diffIds());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'config':null",
                "'history':null",
                "'created':null,'author':null,'os.features':null",
                "'config':{'User':null,'ExposedPorts':null,'Env':null,'Cmd':null,'Labels':null,'Healthcheck':null}",
                "'config':{'Healthcheck':{'Test':null,'Interval':null}}"
            })
    void takesNullForAnAbsentOptionalMember(String member) throws MalformedDocumentException {
        ImageConfig config = parse(with(member));
        assertEquals(List.of(), config.history());
        assertEquals("", config.execution().user());
        assertTrue(!config.execution().healthcheck().isSet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | WRONG_TYPE | ``",
                "{'architecture':'amd64','os':'linux'} | MISSING_MEMBER | /rootfs",
                "{'architecture':'amd64','os':'linux','rootfs':null} | WRONG_TYPE | /rootfs",
                "{'architecture':'amd64','os':'linux','rootfs':{'type':'layers'}} | MISSING_MEMBER | /rootfs/diff_ids",
                "{'architecture':'a','os':'l','rootfs':{'type':'layers','diff_ids':['x']}} | BAD_VALUE | /rootfs/diff_ids/0",
                "{'architecture':'a','os':'l','rootfs':{'type':'layers','Type':'x','diff_ids':[]}}"
                        + " | CASE_VARIANT_MEMBER | /rootfs/Type",
                "{'architecture':'a','architecture':'b'} | DUPLICATE_MEMBER | /architecture",
                "{ | NOT_JSON | ``"
            })
    void refusesWithAReasonAndAPlace(String json, MalformedDocumentException.Reason reason, String pointer) {
        MalformedDocumentException e = assertThrows(MalformedDocumentException.class, () -> parse(json));
        assertEquals(reason, e.reason());
        assertEquals(pointer, e.pointer());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'OS':'windows' | CASE_VARIANT_MEMBER | /OS",
                "'Config':{} | CASE_VARIANT_MEMBER | /Config",
                "'config':{'user':'0'} | CASE_VARIANT_MEMBER | /config/user",
                "'config':{'Healthcheck':{'test':[]}} | CASE_VARIANT_MEMBER | /config/Healthcheck/test",
                "'history':[{'Created_by':'x'}] | CASE_VARIANT_MEMBER | /history/0/Created_by",
                "'config':{'User':0} | WRONG_TYPE | /config/User",
                "'config':{'Env':'A=b'} | WRONG_TYPE | /config/Env",
                "'config':{'Env':[null]} | WRONG_TYPE | /config/Env/0",
                "'config':{'Healthcheck':{'startinterval':1}} | CASE_VARIANT_MEMBER | /config/Healthcheck/startinterval",
                "'config':{'Volumes':['/v']} | WRONG_TYPE | /config/Volumes",
                "'config':{'Volumes':{'/v':1}} | WRONG_TYPE | /config/Volumes/~1v",
                "'config':{'ArgsEscaped':'true'} | WRONG_TYPE | /config/ArgsEscaped",
                "'config':{'Healthcheck':{'Interval':1.5}} | WRONG_TYPE | /config/Healthcheck/Interval",
                "'config':[] | WRONG_TYPE | /config",
                "'history':{} | WRONG_TYPE | /history",
                "'history':[{'empty_layer':1}] | WRONG_TYPE | /history/0/empty_layer",
                "'created':1700000000 | WRONG_TYPE | /created",
                "'created':'' | BAD_VALUE | /created",
                "'created':'2023-02-30T00:00:00Z' | BAD_VALUE | /created",
                "'created':'2023-11-14T22:13Z' | BAD_VALUE | /created",
                "'created':'+12345-11-14T22:13:00Z' | BAD_VALUE | /created"
            })
    void refusesAMemberWithAReasonAndAPlace(String member, MalformedDocumentException.Reason reason, String pointer) {
        refusesWithAReasonAndAPlace(with(member), reason, pointer);
    }

    /** Each of these is loaded by podman and containerd, and most by umoci. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'os':'linux','rootfs':{'type':'layers','diff_ids':[]}} | /architecture",
                "{'architecture':'amd64','rootfs':{'type':'layers','diff_ids':[]}} | /os",
                "{'architecture':'amd64','os':'linux','rootfs':{'diff_ids':[]}} | /rootfs/type",
                "{'architecture':'amd64','os':'linux','rootfs':{'type':'tar','diff_ids':[]}} | /rootfs/type",
                "{'architecture':'a','os':'l','rootfs':{'type':'layers','diff_ids':[]},'config':{'Labels':{'a':null}}}"
                        + " | /config/Labels",
                "{'architecture':'a','os':'l','rootfs':{'type':'layers','diff_ids':[]},'config':{'cmd':['c']}}"
                        + " | /config/cmd",
                "{'architecture':'a','os':'l','rootfs':{'type':'layers','diff_ids':[]},'history':[null]} | /history",
            })
    void readsWhatEnginesReadAlikeAndSaysWhereItBreaksTheSpecification(String json, String pointer)
            throws MalformedDocumentException {
        ImageConfig config = parse(json);
        assertEquals(
                List.of(pointer),
                config.deviations().stream().map(Deviation::pointer).toList());
        assertEquals(
                json.contains("'cmd'") ? List.of("c") : List.of(),
                config.execution().command());
        assertEquals(
                json.contains("'Labels'") ? Map.of("a", "") : Map.of(),
                config.execution().labels());
        assertEquals(json.contains("'history'") ? 1 : 0, config.history().size());
        assertEquals(List.of(), parse(MINIMAL).deviations());
    }

    @Test
    void refusesACommandWithTwoNames() {
        for (String other : List.of("Cmd", "CMD")) {
            MalformedDocumentException e = assertThrows(
                    MalformedDocumentException.class,
                    () -> parse(with("'config':{'cmd':['a'],'" + other + "':['b']}")));
            assertEquals(MalformedDocumentException.Reason.CASE_VARIANT_MEMBER, e.reason());
        }
    }

    /** Refused by a rule on the audit, which says why. */
    @Test
    void readsVariablesWithoutAValue() throws MalformedDocumentException {
        assertEquals(
                List.of("A=", "B"),
                parse(with("'config':{'Env':['A=','B']}")).execution().env());
    }

    @Test
    void refusesADocumentAboveTheLimit() {
        MalformedDocumentException e = assertThrows(
                MalformedDocumentException.class,
                () -> ImageConfig.parse(
                        bytes(MINIMAL), DocumentLimits.defaults().withMaxConfigBytes(20)));
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'history':[{},{},{}]",
                "'config':{'Env':['a=','b=','c=']}",
                "'config':{'Labels':{'a':'','b':'','c':''}}",
                "'config':{'Volumes':{'a':{},'b':{},'c':{}}}"
            })
    void refusesAListAboveTheLimit(String member) {
        MalformedDocumentException e = assertThrows(
                MalformedDocumentException.class,
                () -> ImageConfig.parse(
                        bytes(with(member)), DocumentLimits.defaults().withMaxDescriptors(2)));
        assertEquals(MalformedDocumentException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void namesEachLayerTogetherWithAllBelowIt() throws MalformedDocumentException {
        // Computed with sha256sum from the rule of config.md: printf '%s %s' CHAIN DIFF_ID | sha256sum.
        String a = "sha256:" + "a".repeat(64);
        String b = "sha256:" + "b".repeat(64);
        String c = "sha512:" + "c".repeat(128);
        ImageConfig config = parse(MINIMAL.replace(DIFF_ID, a + "','" + b + "','" + c));
        assertEquals(
                List.of(
                        a,
                        "sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c",
                        "sha256:a26fecbbfe341424e98248e6a7d8465cefbb885aa7c6f72ea53e5b31fe72270e"),
                config.chainIds().stream().map(Digest::toString).toList());
        assertEquals(List.of(), parse(MINIMAL.replace("'" + DIFF_ID + "'", "")).chainIds());
    }

    @Test
    void keepsTheExactBytesToItself() throws MalformedDocumentException {
        byte[] bytes = bytes(MINIMAL + "\n");
        ImageConfig config = ImageConfig.parse(bytes);
        Digest digest = Digest.sha256Of(bytes);
        bytes[0] = 'x';
        config.bytes()[0] = 'y';
        assertEquals(digest, config.digest());
        assertArrayEquals(bytes(MINIMAL + "\n"), config.bytes());
        assertEquals(config, parse(MINIMAL + "\n"));
        assertNotEquals(config, parse(MINIMAL));
    }

    /** Docker refuses them in what a user asks for, and runs an image that has them. */
    @Test
    void keepsNumbersOfAHealthCheckThatAreBelowZero() throws MalformedDocumentException {
        ExecutionParameters.Healthcheck check =
                ImageConfig.parse(TestSigner.utf8("""
                        {"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]},"config":{\
                        "Healthcheck":{"Test":["CMD","t"],"Interval":-1,"Timeout":-2,"StartPeriod":-3,\
                        "StartInterval":-4,"Retries":-5}}}""")).execution().healthcheck();
        assertEquals(Duration.ofNanos(-1), check.interval());
        assertEquals(Duration.ofNanos(-2), check.timeout());
        assertEquals(Duration.ofNanos(-3), check.startPeriod());
        assertEquals(Duration.ofNanos(-4), check.startInterval());
        assertEquals(-5, check.retries());
    }
}
