@echo off
rem Examines once, saves a report without names in the user's own folder, and opens it.
setlocal
set "HERE=%~dp0"
set "REPORT=%USERPROFILE%\jpkidoctor-report.html"
chcp 65001 >nul
"%HERE%jpkidoctor.exe" check --plain --report "%REPORT%"
if exist "%REPORT%" start "" "%REPORT%"
pause
