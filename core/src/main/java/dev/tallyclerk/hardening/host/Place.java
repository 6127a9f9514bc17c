package dev.tallyclerk.hardening.host;

/** What a file of a host is for; several paths may have the same purpose. */
enum Place {
    SERVICE("the unit file of the engine's service"),
    SOCKET_UNIT("the unit file of the engine's socket"),
    CONFIGURATION_FOLDER("the folder of the engine's configuration"),
    REGISTRY_CERTIFICATES("a certificate for a registry"),
    TLS_AUTHORITY("the certificate of the API's authority"),
    TLS_CERTIFICATE("the certificate of the API"),
    TLS_KEY("the private key of the API"),
    ENGINE_SOCKET("the socket of the engine's API"),
    CONFIGURATION("the configuration file of the engine"),
    DEFAULT_FILE("the engine's file in /etc/default"),
    SYSCONFIG_FILE("the engine's file in /etc/sysconfig"),
    CONTAINERD_SOCKET("the socket of containerd"),
    ENGINE("the engine's program"),
    CONTAINERD_FOLDER("the folder of containerd's sockets"),
    DATA("the folder of images and containers"),
    CONTAINERD_CONFIGURATION("the configuration file of containerd"),
    CONTAINERD("the program containerd"),
    SHIM("the program containerd-shim"),
    SHIM_RUNC_V1("the program containerd-shim-runc-v1"),
    SHIM_RUNC_V2("the program containerd-shim-runc-v2"),
    RUNTIME("the runtime's program");

    private final String title;

    Place(String title) {
        this.title = title;
    }

    /** {@return the purpose, for people, with its article} */
    @Override
    public String toString() {
        return title;
    }
}
