@echo off
rem For administrators, without a window of its own: collect.cmd \\server\share
rem Exit code: 0 written, 2 wrong usage, 3 not written.
setlocal
if "%~1"=="" (
    echo usage: %~nx0 FOLDER 1>&2
    exit /b 2
)
"%~dp0jpkidoctor.exe" collect --redact --out "%~1\%COMPUTERNAME%.json"
exit /b %errorlevel%
