package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @Test
    void nothingStandsForAnythingElseInTheWordsOfARunningProcess() {
        String line = "/usr/bin/dockerd\0--log-opt\0env-regex=^(os|customer)$\0--icc=$x\0";
        assertFalse(CommandLine.parse(CommandWords.split(line), true).isIncomplete());
        assertTrue(CommandLine.parse(CommandWords.split(line), false).isIncomplete());
        String shell = "sh\0-c\0exec dockerd $OPTS\0";
        assertTrue(CommandLine.parse(CommandWords.split(shell), true).isIncomplete());
    }

    @Test
    void aLineThatIsNestedTooDeeplyMayHaveFlagsThatAreNotSeen() {
        assertFalse(parse("sh -c 'dockerd; nohup x'").isIncomplete());
        assertTrue(parse("sh -c 'dockerd; " + "nohup ".repeat(9) + "dockerd --icc=true'")
                .isIncomplete());
    }

    private static CommandLine parse(String line) {
        return CommandLine.parse(CommandWords.split(line));
    }

    private static <T> Fact<T> fact(String line, EngineOption<T> option) {
        return parse(line).fact(option).orElseThrow();
    }

    private static <T> T value(String line, EngineOption<T> option) {
        return ((Fact.Known<T>) fact(line, option)).value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dockerd --host tcp://0.0.0.0:2375",
                "dockerd --host=tcp://0.0.0.0:2375",
                "dockerd -H tcp://0.0.0.0:2375",
                "dockerd -H=tcp://0.0.0.0:2375",
                "dockerd -Htcp://0.0.0.0:2375",
                "dockerd -DH tcp://0.0.0.0:2375",
                "/usr/bin/dockerd-current --init-path /x -H 'tcp://0.0.0.0:2375'",
                "docker daemon -H tcp://0.0.0.0:2375",
                "docker -d -H tcp://0.0.0.0:2375",
                "rootlesskit --net=host -H x dockerd -H tcp://0.0.0.0:2375",
                "-H tcp://0.0.0.0:2375",
                "sh -c 'exec dockerd -H tcp://0.0.0.0:2375'",
                "/bin/bash -ec 'ulimit -n 9; A=b nohup /usr/bin/dockerd -H tcp://0.0.0.0:2375 >/dev/null'",
            })
    void findsTheHostHoweverItIsWritten(String line) {
        assertEquals(List.of("tcp://0.0.0.0:2375"), value(line, EngineOption.HOSTS));
    }

    @Test
    void listsKeepEveryValueAndOthersTheLast() {
        String line = "dockerd -H fd:// -H tcp://:2376 --log-level debug --log-level=info";
        assertEquals(List.of("fd://", "tcp://:2376"), value(line, EngineOption.HOSTS));
        assertEquals("info", value(line, EngineOption.LOG_LEVEL));
    }

    @ParameterizedTest
    @CsvSource({
        "--icc,true",
        "--icc=true,true",
        "--icc=1,true",
        "--icc=T,true",
        "--icc=false,false",
        "--icc=0,false",
        "--icc=F,false"
    })
    void switchesAreReadAsGoReadsThem(String flag, boolean expected) {
        assertEquals(expected, value("dockerd " + flag, EngineOption.ICC));
    }

    @Test
    void aSwitchTakesNoWordAfterIt() {
        assertEquals(true, value("dockerd --icc false", EngineOption.ICC));
        assertEquals(true, value("dockerd --tls --debug", EngineOption.DEBUG));
    }

    @Test
    void aSwitchThatGoCannotReadIsUnreadable() {
        assertEquals(
                MissingValue.Reason.UNREADABLE,
                ((Fact.Missing<Boolean>) fact("dockerd --icc=no", EngineOption.ICC)).reason());
    }

    @Test
    void aValueMayLookLikeAFlag() {
        assertEquals("--debug", value("dockerd --cgroup-parent --debug", EngineOption.CGROUP_PARENT));
        assertEquals(false, parse("dockerd --cgroup-parent --debug").has("debug"));
    }

    @Test
    void anUnknownFlagDoesNotSwallowTheNextFlag() {
        CommandLine line = parse("dockerd --new-switch --debug --new-option value --tls");
        assertEquals(true, line.has("debug"));
        assertEquals(true, line.has("tls"));
        assertEquals(List.of("value"), line.values("new-option"));
    }

    @Test
    void nothingIsReadAfterTwoHyphens() {
        assertEquals(false, parse("dockerd -- --debug").has("debug"));
    }

    @Test
    void pairsAreSplitAtTheFirstEqualsSign() {
        assertEquals(
                Map.of("nofile", "1024:4096"),
                value("dockerd --default-ulimit nofile=1024:4096", EngineOption.DEFAULT_ULIMITS));
        assertEquals(
                Map.of("tag", "a=b", "max-size", "1m"),
                value("dockerd --log-opt tag=a=b --log-opt max-size=1m", EngineOption.LOG_OPTS));
    }

    @Test
    void oldEnginesTookLongFlagsWithOneHyphen() {
        assertEquals(false, value("docker -d -icc=false", EngineOption.ICC));
        assertEquals("/x", value("docker -d -graph=/x -g /x", EngineOption.DATA_ROOT));
    }

    @Test
    void wordsMayBeSeparatedByNulAndQuoted() {
        assertEquals(List.of("dockerd", "--label", "a b"), CommandWords.split("dockerd\0--label\0a b\0"));
        assertEquals(
                List.of("dockerd", "--label", "a b", "c\"d", "", "e"),
                CommandWords.split(" dockerd\t--label 'a b' \"c\\\"d\" '' \\\n e\n"));
    }

    @Test
    void aValueWithAVariableIsNotResolved() {
        assertEquals(
                MissingValue.Reason.UNRESOLVED_VARIABLE,
                ((Fact.Missing<String>) fact("dockerd --log-level=$LEVEL", EngineOption.LOG_LEVEL)).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dockerd -H fd:// $OPTS",
                "dockerd -H fd:// ${OPTS}",
                "dockerd -H fd:// \"$OPTS\"",
                "dockerd -H fd:// `cat /etc/opts`",
                "dockerd -H fd:// --label $OPTS",
                "dockerd -H fd:// --label=a$OPTS",
                "dockerd -H fd:// x $@",
                "sh -c 'exec dockerd -H fd:// $OPTS'",
                "sh -c 'exec dockerd -H fd:// $(cat /etc/opts)'",
                "sh -c 'dockerd -H fd:// || dockerd -H tcp://:2375'",
                "sh -c exec dockerd -H fd://",
                "start-engine -H fd://",
            })
    void knowsWhenThereMayBeMoreFlags(String line) {
        assertEquals(true, parse(line).isIncomplete());
        assertEquals("fd://", parse(line).values("host").get(0));
    }

    @Test
    void aLineOfPlainWordsIsComplete() {
        assertEquals(
                false,
                parse("dockerd -H fd:// --containerd=/run/containerd/containerd.sock")
                        .isIncomplete());
        assertEquals(false, parse("-H fd://").isIncomplete());
        assertEquals(false, CommandLine.parse(List.of()).isIncomplete());
    }
}
