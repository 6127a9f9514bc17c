package dev.tallyclerk.engine;

import java.util.List;
import java.util.Set;

/** The names of documents in a recording. */
final class RecordingNames {
    static final String INFO = "info.json";
    static final String VERSION = "version.json";
    static final String NETWORKS = "networks.json";
    static final String VOLUMES = "volumes.json";
    static final String SWARM = "swarm.json";
    static final String IMAGE_LIST = "api/images.json";
    static final String CONTAINER_LIST = "api/containers.json";

    /** Why documents could not be read, by name. */
    static final String UNREAD = "unread.json";

    static final String CONTAINERS = "containers";
    static final String IMAGES = "images";

    /** Recordings of other programs have the histories of images, which no rule over an engine reads. */
    static final String HISTORY = ".history.json";

    static final String JSON = ".json";

    /** Stands for all containers if their list could not be read. */
    static final String ALL_CONTAINERS = CONTAINERS + "/all containers" + JSON;

    static final String DAEMON_FILE = "daemon.json";
    static final String COMMAND_LINE = "dockerd-cmdline.txt";
    static final String ENVIRONMENT = "environment.txt";
    static final String SELINUX = "getenforce.txt";
    static final String LISTENERS = "listeners.txt";
    static final String PROCESS_TABLES = "api/exec-ps.json";

    /** What only the host knows, and no engine is asked for. */
    static final Set<String> OF_HOST =
            Set.of(DAEMON_FILE, COMMAND_LINE, ENVIRONMENT, SELINUX, LISTENERS, PROCESS_TABLES);

    /** What an engine says of itself. */
    static final List<String> OF_ENGINE = List.of(INFO, VERSION, NETWORKS, VOLUMES, SWARM, IMAGE_LIST, CONTAINER_LIST);

    private RecordingNames() {}

    static String changes(String container) {
        return "diff/" + container + ".txt";
    }

    static String execs(String container) {
        return "exec/" + container + JSON;
    }

    static String processes(String container) {
        return "top/" + container + JSON;
    }

    /** {@return the name without folder and ending} */
    static String base(String document) {
        int slash = document.indexOf('/');
        return document.substring(slash + 1, document.length() - JSON.length());
    }
}
