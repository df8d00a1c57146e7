// Recordings are kept with the sources: they must not tell on whose machine they were made.
require('node:os').hostname = () => process.env.RECORDED_HOST;
