package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.MalformedSubjectException;
import java.nio.charset.StandardCharsets;

/** Engines for tests; documents are written with single quotes. */
final class Engines {
    /** What an engine with nothing set reports, in short. */
    static final String PLAIN_INFO = "{'Containers':10,'ContainersRunning':10,'Driver':'overlay2','Plugins':"
            + "{'Authorization':null},'MemoryLimit':true,'SwapLimit':true,'CpuCfsQuota':true,'CPUShares':true,"
            + "'PidsLimit':true,'Debug':false,'LoggingDriver':'json-file','CgroupVersion':'2','OSType':'linux',"
            + "'RegistryConfig':{'InsecureRegistryCIDRs':['127.0.0.0/8'],'IndexConfigs':{'docker.io':{'Name':'docker.io',"
            + "'Mirrors':[],'Secure':true,'Official':true}},'Mirrors':null},'ExperimentalBuild':false,"
            + "'ServerVersion':'26.1.5','DefaultRuntime':'runc','Swarm':{'LocalNodeState':'inactive'},"
            + "'LiveRestoreEnabled':false,'SecurityOptions':['name=seccomp,profile=builtin','name=cgroupns'],"
            + "'Warnings':null}";

    private Engines() {}

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static EngineSubject.Builder builder() {
        return EngineSubject.builder("test");
    }

    static EngineSubject file(String daemonJson) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).build();
    }

    static EngineSubject flags(String commandLine) throws MalformedSubjectException {
        return builder().commandLine(commandLine).build();
    }

    static EngineSubject both(String daemonJson, String commandLine) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).commandLine(commandLine).build();
    }

    static EngineSubject info(String info) throws MalformedSubjectException {
        return builder().info(json(info)).build();
    }

    static EngineSubject fileAndInfo(String daemonJson, String info) throws MalformedSubjectException {
        return builder().daemonJson(json(daemonJson)).info(json(info)).build();
    }
}
