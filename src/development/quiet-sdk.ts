// The SDK's notice that its releases of 2027 need a newer Node says nothing to somebody who tries a pinned release on a laptop.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
